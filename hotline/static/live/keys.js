// Everything by keyboard. The sheet (`?`) names each key, and turns them off for who uses others.

import { byId, h } from "./dom.js";
import { dialog } from "./dialog.js";
import { endAndNext, step, takeNext } from "./moves.js";
import { choose } from "./link.js";
import { keepSetting, settingOf } from "./settings.js";
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
  ["Ctrl+Enter", "发送", (press) => press.ctrlKey && press.key === "Enter" && press.target === byId("box"), () => byId("composer").requestSubmit()],
  ["Ctrl+K", "查知识", (press) => press.ctrlKey && press.code === "KeyK", openFinder],
  ["?", "打开这张表（光标不在输入框时）", (press) => press.key === "?" && !writes(press.target), openSheet],
];

/** Listen to keys, and let the button open the sheet. */
export function beginKeys() {
  document.addEventListener("keydown", heard);
  byId("open-sheet").addEventListener("click", openSheet);
}

function heard(press) {
  if (press.isComposing || document.querySelector("dialog[open]")) return;
  const found = KEYS.find(([, , fits]) => fits(press));
  // Sending stays: the box has no other way to do it without leaving it.
  if (!found || (!settingOf("keys") && found[0] !== "Ctrl+Enter")) return;
  press.preventDefault();
  found[3]();
}

const writes = (element) => element.matches("input, textarea, select");

function turn() {
  const next = ROUND[state.said ?? "away"];
  choose(next);
  tell(`现在是${STATES[next]}。`);
}

function openSheet() {
  const off = h("input", { type: "checkbox", id: "keys-on", checked: settingOf("keys"), on: { change: () => keepSetting("keys", off.checked) } });
  dialog("快捷键", [
    h("table", { class: "keys" }, h("tbody", {}, ...KEYS.map(([name, does]) => h("tr", {}, h("th", { scope: "row" }, name), h("td", {}, does))),
      h("tr", {}, h("th", { scope: "row" }, "/"), h("td", {}, "在空的回复框里打开常用语，可以打拼音首字母")),
      h("tr", {}, h("th", { scope: "row" }, "@"), h("td", {}, "在备注里提到同事，对方会收到提醒")),
      h("tr", {}, h("th", { scope: "row" }, "Esc"), h("td", {}, "关掉弹出的窗口")))),
    h("label", { class: "tick" }, off, " 使用快捷键（Ctrl+Enter 一直可用）"),
  ], "", () => true);
}
