// The departments' page: its parts, put together.

import { offerNotifications } from "../live/attention.js";
import { byId, h, paint } from "../live/dom.js";
import { forgetOld } from "../live/drafts.js";
import { beginSheet, sending } from "../live/sheet.js";
import { offerSound } from "../live/sound.js";
import { state, watch } from "../live/store.js";
import { beginComposer, showComposer, write } from "./composer.js";
import { begin } from "./link.js";
import { showList } from "./list.js";
import { step } from "./moves.js";
import { showTalk } from "./talk.js";

const LINKS = { connecting: "正在连接…", live: "已连接", cut: "连接断了，正在重连，写的字都在" };
const alt = (code) => (press) => press.altKey && press.code === code;
const KEYS = [
  ["Alt+J", "下一个会话", alt("KeyJ"), () => step(1)],
  ["Alt+K", "上一个会话", alt("KeyK"), () => step(-1)],
  ["Alt+R", "答复市民", alt("KeyR"), () => write("say")],
  ["Alt+N", "给坐席写备注", alt("KeyN"), () => write("note")],
  sending(byId("box"), byId("composer")),
];

function showLink() {
  paint(byId("link-state"), [state.link, state.over], () =>
    state.link === "over" ? [state.over, h("a", { href: "/login?next=%2Fdepartment", class: "again" }, "重新登录")] : LINKS[state.link]);
  byId("link-state").className = `link-state ${state.link}`;
}

forgetOld();
for (const view of [showLink, showList, showTalk, showComposer]) watch(view);
beginComposer();
beginSheet(KEYS, [["Esc", "关掉弹出的窗口"]]);
offerNotifications();
offerSound();
begin();
