// The left column: my chats, the queue, colleagues' chats, who is there.

import { byId, button, h, paint, say } from "./dom.js";
import { config } from "./config.js";
import { open, take } from "./moves.js";
import { me, mine, now, others, queue, state } from "./store.js";
import { CHANNELS, REASONS, STATES, topicOf, who } from "./words.js";
import { draftOf } from "./drafts.js";
import { pressing, span } from "./when.js";

/** Show everything as it is now. */
export function showLists() {
  const waiting = queue();
  say(byId("mine-title"), `我的会话（${mine().length}）`);
  say(byId("queue-title"), `排队（${waiting.length}）`);
  chats(byId("mine"), mine(), "没有会话。");
  chats(byId("queue"), waiting, "没有人排队。");
  say(byId("others-count"), `（${others().length}）`);
  chats(byId("others-list"), others(), "没有。");
  people();
  const present = me();
  const load = present?.load ?? mine().length;
  say(byId("capacity"), `接待中 ${load} / ${config.capacity}${load >= config.capacity ? "，已接满" : ""}`);
  for (const each of document.querySelectorAll("[data-state]")) each.setAttribute("aria-pressed", String(each.dataset.state === state.said));
}

function chats(list, found, none) {
  const key = [state.open, found.map((chat) => [chat.chat_id, chat.version, chat.waits_for, chat.waits_since, chat.priority, Boolean(draftOf(chat.chat_id).say)])];
  paint(list, key, () => (found.length ? found.map(row) : [h("li", { class: "none" }, none)]));
}

function row(chat) {
  const waits = chat.owner === "queued" ? chat.queued_since : chat.waits_for === "agent" ? chat.waits_since : 0;
  const tags = [
    h("span", { class: `tag ${chat.reason === "emergency" || chat.priority === 0 ? "urgent" : ""}` }, chat.priority === 0 ? "紧急" : (REASONS[chat.reason] ?? "")),
    h("span", { class: "tag" }, CHANNELS[chat.channel] ?? chat.channel),
    chat.language === "en" && h("span", { class: "tag" }, "英语"),
    chat.large_type && h("span", { class: "tag" }, "长辈版"),
    draftOf(chat.chat_id).say && h("span", { class: "tag" }, "有草稿"),
  ];
  const standing = chat.state === "offered" ? `正在请${who(chat.agent)}` : chat.state === "wrap_up" ? "写小结" : chat.owner === "agent" && chat.agent !== config.agent ? who(chat.agent) : "";
  return h(
    "li",
    { class: state.open === chat.chat_id ? "row current" : "row" },
    h(
      "button",
      { type: "button", class: "pick", "data-key": chat.chat_id, "aria-current": state.open === chat.chat_id ? "true" : false, on: { click: () => open(chat.chat_id) } },
      h("span", { class: "about" }, topicOf(chat.topic) || "咨询", standing ? `（${standing}）` : ""),
      h("span", { class: "tags" }, ...tags),
      waits ? wait(waits, chat.owner === "queued" ? "已等" : "等回复") : chat.waits_for === "citizen" ? h("span", { class: "wait calm" }, "等市民") : null,
    ),
    chat.state === "queued" && button("接待", () => take(chat), { class: "small", "data-key": `take-${chat.chat_id}`, "aria-label": `接待：${topicOf(chat.topic) || "咨询"}` }),
  );
}

/** A span that counts: words and a class, so that colour alone says nothing. */
export function wait(since, label) {
  const counting = h("span", { class: "wait", "data-since": since, "data-label": label });
  count(counting);
  return counting;
}

/** Let every wait on the page go on. */
export function tick() {
  for (const counting of document.querySelectorAll("[data-since]")) count(counting);
}

function count(counting) {
  const seconds = now() - Number(counting.dataset.since);
  const { level, word } = pressing(seconds, config.timers.agent_warn);
  counting.className = `wait ${level}`;
  say(counting, `${counting.dataset.label}${span(seconds)}，${word}`);
}

function people() {
  const sorted = [...state.there].sort((a, b) => (a.number < b.number ? -1 : 1));
  paint(byId("there"), sorted.map((each) => [each.number, each.state, each.load, each.capacity]), () =>
    sorted.length
      ? sorted.map((each) => h("li", { class: `present ${each.state}` }, `${each.number} ${STATES[each.state]} ${each.load}/${each.capacity}`))
      : [h("li", { class: "none" }, "没有坐席在线。")],
  );
}
