// The middle and the right column: what was said since the hand-over, and in short what came before.

import { arrivals, bubble, occurrence } from "../live/bubbles.js";
import { config } from "../live/config.js";
import { button, byId, h, paint, say } from "../live/dom.js";
import { eventsOf, openChat, openFile, state } from "../live/store.js";
import { CHANNELS, happened, topicOf, who } from "../live/words.js";
import { askLeave } from "./moves.js";

/** Show the open chat, or that there is none. */
export function showTalk() {
  const chat = openChat();
  head(chat);
  log(chat);
  background(chat);
  const others = chat ? state.looks.filter((look) => look.chat_id === chat.chat_id) : [];
  say(byId("looking"), others.map((look) => `${look.agent === chat.agent ? "坐席" : `本单位${who(look.agent)}`}${look.typing ? "正在输入" : "在看"}`).join("；"));
}

function head(chat) {
  paint(byId("talk-head"), [chat?.chat_id, chat?.version], () => (chat
    ? [
      h("h2", { id: "talk-title" }, [topicOf(chat.topic) || "咨询", CHANNELS[chat.channel] ?? chat.channel, `${who(chat.agent)}接待`].join(" · ")),
      h("div", { class: "moves-row", role: "group", "aria-label": "会话操作" },
        button("离开会话…", () => askLeave(chat), { class: "small quiet", "data-key": "leave", "aria-haspopup": "dialog" })),
    ]
    : h("h2", { id: "talk-title" }, "没有打开的会话")));
}

function log(chat) {
  const region = byId("log");
  const file = chat ? openFile() : null;
  const events = file?.loaded ? eventsOf(file) : [];
  const near = region.scrollHeight - region.scrollTop - region.clientHeight < 120;
  const fresh = region.dataset.chat !== (state.open ?? "");
  const painted = paint(region, [chat?.chat_id, file?.loaded, events.length, events.at(-1)?.seq], () => {
    if (!chat) return h("p", { class: "hint" }, "从左边选一个会话。坐席请本单位参加时，这里会提醒。");
    if (!file?.loaded) return h("p", { class: "hint" }, "正在打开…");
    const arrived = arrivals(events);
    return [h("p", { class: "divider" }, "转到人工以后"), ...events.map((event) => line(event, arrived))];
  });
  region.dataset.chat = state.open ?? "";
  if (painted && (near || fresh)) region.scrollTop = region.scrollHeight;
}

function line(event, arrived) {
  const { text, name, by, question, relayed } = event.body;
  if (text === undefined) return occurrence(event, happened(event));
  if (event.kind === "citizen") return bubble("citizen", "市民", text, event.at, "", event);
  if (event.kind === "agent") return bubble("colleague", `坐席${who(event.author)}`, text, event.at, arrived(event), event);
  if (event.kind === "note") {
    const label = question ? `${who(event.author)}请本单位回答` : `${name ? `${name}${hand(by)}` : who(event.author)}的备注`;
    return bubble(question ? "note for-me" : "note", `${label}，市民看不到`, text, event.at, "", event);
  }
  return bubble(by === config.agent ? "own" : "department", `${name}${relayed ? "（坐席转述）" : hand(by)}`, text, event.at, arrived(event), event);
}

// Who of the department has written: only people of it are told.
const hand = (by) => (by ? `（${who(by)}）` : "");

function background(chat) {
  const found = chat ? openFile()?.background : null;
  paint(byId("context-body"), [chat?.chat_id, found], () => {
    if (!found) return h("p", { class: "hint" }, chat ? "正在取…" : "打开一个会话，这里会有摘要。");
    return [
      h("h3", {}, "摘要（自动生成，以原话为准）"),
      h("ul", { class: "plain" }, ...found.summary.map((words) => h("li", {}, words))),
      h("h3", {}, "已了解"),
      found.facts.length ? h("dl", {}, ...found.facts.flatMap(([label, value]) => [h("dt", {}, label), h("dd", {}, value)])) : h("p", { class: "hint" }, "还没有。"),
      h("p", { class: "hint" }, "号码和姓名都已打星。与助手的对话、工单和健康码不随会话给单位看，需要什么请在备注里问坐席。"),
    ];
  });
}
