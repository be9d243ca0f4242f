// Everything by keyboard. The sheet (`?`) names each key, and turns them off for who uses others.

import { byId } from "./dom.js";
import { endAndNext, step, takeNext } from "./moves.js";
import { choose } from "./link.js";
import { beginSheet, sending } from "./sheet.js";
import { openFinder } from "./finder.js";
import { write } from "./composer.js";
import { state } from "./store.js";
import { tell } from "./telling.js";
import { STATES } from "./words.js";

const ROUND = { online: "busy", busy: "away", away: "online" };

const KEYS = [
  ["Alt+T", "接待：接邀请，没有邀请就接队列第一个", (press) => press.altKey && press.code === "KeyT", takeNext],
  ["Alt+J", "下一个我的会话", (press) => press.altKey && press.code === "KeyJ", () => step(1)],
  ["Alt+K", "上一个我的会话", (press) => press.altKey && press.code === "KeyK", () => step(-1)],
  ["Alt+R", "回复市民", (press) => press.altKey && press.code === "KeyR", () => write("say")],
  ["Alt+N", "写内部备注", (press) => press.altKey && press.code === "KeyN", () => write("note")],
  ["Alt+E", "结束服务（或小结完成），到下一个", (press) => press.altKey && press.code === "KeyE", endAndNext],
  ["Alt+O", "换状态：在线、忙碌、离开", (press) => press.altKey && press.code === "KeyO", turn],
  ["Alt+C", "到背景栏", (press) => press.altKey && press.code === "KeyC", () => byId("context").querySelector("a, button, summary")?.focus()],
  ["Alt+M", "到会话操作", (press) => press.altKey && press.code === "KeyM", () => byId("talk-head").querySelector(".moves-row button, .moves-row a")?.focus()],
  sending(byId("box"), byId("composer")),
  ["Ctrl+K", "查知识", (press) => press.ctrlKey && press.code === "KeyK", openFinder],
];

const ALSO = [
  ["/", "在空的回复框里打开常用语，可以打拼音首字母"],
  ["@", "在备注里提到同事，对方会收到提醒"],
  ["Esc", "关掉弹出的窗口"],
];

/** Listen to keys, and let the button open the sheet. */
export const beginKeys = () => beginSheet(KEYS, ALSO);

function turn() {
  const next = ROUND[state.said ?? "away"];
  choose(next);
  tell(`现在是${STATES[next]}。`);
}
