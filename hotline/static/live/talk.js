// The middle column: the whole conversation, and what can be done with it.

import { button, byId, h, paint, say } from "./dom.js";
import { config, may } from "./config.js";
import { eventsOf, isMine, isOffered, now, openChat, openFile, state } from "./store.js";
import { arrivals, bubble, occurrence } from "./bubbles.js";
import { make, take, takeFromAssistant } from "./moves.js";
import { askJoin, askTransfer } from "./handing.js";
import { CHANNELS, happened, topicOf, who } from "./words.js";
import { moment } from "./when.js";
import { wait } from "./lists.js";

/** Show the open chat, or the watched talk, or nothing. */
export function showTalk() {
  const chat = openChat();
  head(chat);
  log(chat);
  looking(chat);
}

function head(chat) {
  const key = chat ? [chat.chat_id, chat.version, chat.waits_for, chat.waits_since, chat.quota_left, chat.quota_until, chat.priority] : [state.watched?.conversation_id];
  paint(byId("talk-head"), key, () => (chat ? ofChat(chat) : state.watched ? ofAssistant(state.watched) : h("h2", { id: "talk-title" }, "没有打开的会话")));
}

function ofChat(chat) {
  const title = [topicOf(chat.topic) || "咨询", CHANNELS[chat.channel] ?? chat.channel, standing(chat)].filter(Boolean).join(" · ");
  return [
    h("h2", { id: "talk-title" }, title),
    h("p", { class: "talk-facts" }, chat.state === "active" && chat.waits_for === "agent" ? wait(chat.waits_since, "市民等回复") : null, notesLeft(chat), quota(chat)),
    h("div", { class: "moves-row", role: "group", "aria-label": "会话操作" }, ...moves(chat)),
  ];
}

function standing(chat) {
  if (chat.state === "queued") return "排队中";
  if (chat.state === "offered") return isOffered(chat) ? "等您应答" : `等${who(chat.agent)}应答`;
  if (chat.state === "active") return isMine(chat) ? "您在接待" : `${who(chat.agent)}在接待`;
  return chat.state === "wrap_up" ? "服务已结束，可以写小结" : "已关闭";
}

function notesLeft(chat) {
  if (chat.state !== "wrap_up" || !isMine(chat)) return null;
  return h("span", { class: "rest", "data-until": chat.state_since + config.timers.wrap_up, "data-then": "会话自动关闭" });
}

function quota(chat) {
  if (chat.quota_left === null || chat.quota_left === undefined) return null;
  const until = chat.quota_until ? `，${moment(chat.quota_until, now())}前有效` : "";
  return h("span", { class: chat.quota_left <= 1 ? "quota low" : "quota" }, `微信还能发${chat.quota_left}条${until}`);
}

function moves(chat) {
  const named = (name, label, done, more) => button(label, () => make(chat, name, more, done), { class: "small quiet", "data-key": name });
  if (isOffered(chat) || chat.state === "queued") {
    const found = [button("接待", () => take(chat), { class: "small", "data-key": "take" })];
    if (isOffered(chat)) found.push(named("decline", "不接", "已转给下一位。"));
    return found;
  }
  if (chat.state === "active" && isMine(chat)) {
    return [
      named("wrap_up", "结束服务", "服务结束了，市民会收到评价。"),
      button("转接…", () => askTransfer(chat), { class: "small quiet", "data-key": "transfer", "aria-haspopup": "dialog" }),
      chat.department ? named("part", `请${chat.department_name}离开`, "单位已离开。") : button("请单位加入…", () => askJoin(chat), { class: "small quiet", "data-key": "join", "aria-haspopup": "dialog" }),
      named("give_back", "交还助手", "已交还助手。"),
      may("order.create") && h("a", { class: "button small", href: `/orders/new?chat=${encodeURIComponent(chat.chat_id)}`, target: "_blank", rel: "noopener", "data-key": "order" }, "登记工单"),
    ];
  }
  if (chat.state === "wrap_up" && isMine(chat)) {
    return [
      named("finish", "小结完成", "小结完成。"),
      named("reopen", "继续接待", "继续接待。"),
      may("order.create") && h("a", { class: "button small", href: `/orders/new?chat=${encodeURIComponent(chat.chat_id)}`, target: "_blank", rel: "noopener", "data-key": "order" }, "登记工单"),
    ];
  }
  const other = chat.owner !== "bot" && may("chat.supervise");
  return other ? [named("take_over", "接管", "接管了，原来的坐席会看到。")] : [];
}

function ofAssistant(watched) {
  return [
    h("h2", { id: "talk-title" }, "旁观：助手正在接待"),
    h("div", { class: "moves-row", role: "group", "aria-label": "会话操作" },
      may("chat.take_over") && button("从助手接管", () => takeFromAssistant(watched.conversation_id), { class: "small", "data-key": "take" })),
  ];
}

function log(chat) {
  const region = byId("log");
  const file = chat ? openFile() : null;
  const events = file?.loaded ? eventsOf(file) : [];
  const near = region.scrollHeight - region.scrollTop - region.clientHeight < 120;
  const key = chat ? [chat.chat_id, file?.loaded, events.length, events.at(-1)?.seq] : [state.watched?.conversation_id, state.watched?.transcript.length];
  const fresh = region.dataset.chat !== (state.open ?? state.watched?.conversation_id ?? "");
  const painted = paint(region, key, () => {
    if (chat && !file?.loaded) return h("p", { class: "hint" }, "正在打开…");
    if (!chat) return state.watched ? state.watched.transcript.map(said) : h("p", { class: "hint" }, "从左边选一个会话。");
    const arrived = arrivals(events);
    return [
      h("p", { class: "divider" }, "与助手的对话"),
      ...file.context.transcript.map(said),
      h("p", { class: "divider" }, "转到人工以后"),
      ...events.map((event) => line(event, arrived)),
    ];
  });
  region.dataset.chat = state.open ?? state.watched?.conversation_id ?? "";
  if (painted && (near || fresh)) region.scrollTop = region.scrollHeight;
}

function said(each) {
  const person = each.who === "person";
  return bubble(person ? "citizen" : "assistant", person ? "市民" : "助手", each.text, each.at);
}

function line(event, arrived) {
  const text = event.body.text;
  if (text === undefined) return occurrence(event, happened(event));
  if (event.kind === "citizen") return bubble("citizen", "市民", text, event.at, "", event);
  if (event.kind === "department") return bubble("department", `${event.body.name}${event.body.relayed ? "（转述）" : ""}`, text, event.at, arrived(event), event);
  if (event.kind === "note") return noted(event, text);
  return bubble(event.author === config.agent ? "own" : "colleague", who(event.author), text, event.at, arrived(event), event);
}

function noted(event, text) {
  const whispered = event.body.whisper;
  const forMe = whispered && event.body.to === config.agent;
  return bubble(`note${forMe ? " for-me" : ""}`, `${noteLabel(event)}，市民看不到`, text, event.at, "", event);
}

function noteLabel({ author, body }) {
  if (body.whisper) return `${who(author)}悄悄提示${who(body.to)}`;
  if (!author) return "系统提示";
  const writer = body.name ?? who(author);
  return body.question ? `${writer}请单位回答` : `${writer}的备注`;
}

function looking(chat) {
  const found = chat ? state.looks.filter((look) => look.chat_id === chat.chat_id && look.agent !== config.agent) : [];
  const typing = found.filter((look) => look.typing).map((look) => look.agent);
  const seeing = found.filter((look) => !look.typing).map((look) => look.agent);
  const words = [typing.length ? `工号${typing.join("、")}正在输入` : "", seeing.length ? `工号${seeing.join("、")}也在看` : "", chat ? visited(chat) : ""];
  say(byId("looking"), words.filter(Boolean).join("；"));
}

// Whether anybody of the joined department is at its page: else the agent passes its words on.
function visited(chat) {
  if (!chat.department || state.link !== "live") return "";
  const there = state.departments.filter((visit) => isFor(visit.department, chat.department));
  const here = there.filter((visit) => visit.chat_id === chat.chat_id);
  if (here.some((visit) => visit.typing)) return `${chat.department_name}正在输入`;
  if (here.length) return `${chat.department_name}在看`;
  if (there.length) return `${chat.department_name}收到了提醒，还没打开会话`;
  return `${chat.department_name}没有人在页面上，它的话请用“转述单位”发`;
}

const isFor = (own, code) => own === code || own === code.split(":")[0];
