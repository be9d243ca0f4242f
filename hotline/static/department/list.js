// The left column: the chats the department is joined to, and when it was in others.

import { flash, notify } from "../live/attention.js";
import { byId, h, paint, say } from "../live/dom.js";
import { draftOf } from "../live/drafts.js";
import { ring } from "../live/sound.js";
import { now, state } from "../live/store.js";
import { call } from "../live/telling.js";
import { moment } from "../live/when.js";
import { CHANNELS, topicOf, who } from "../live/words.js";
import { desk } from "./link.js";
import { joined, open } from "./moves.js";

const rung = new Set();

/** Show everything as it is now; a chat that has just come rings. */
export function showList() {
  const found = joined();
  say(byId("joined-title"), `本单位在的会话（${found.length}）`);
  const key = [state.open, found.map((chat) => [chat.chat_id, chat.version, desk.fresh.has(chat.chat_id), Boolean(draftOf(chat.chat_id).say)])];
  paint(byId("joined"), key, () => (found.length ? found.map(row) : [h("li", { class: "none" }, "现在没有会话请本单位参加。")]));
  paint(byId("stays"), desk.stays, () => (desk.stays.length ? desk.stays.map(past) : [h("li", { class: "none" }, "没有。")]));
  announce(found);
}

function row(chat) {
  const tags = [
    h("span", { class: "tag" }, CHANNELS[chat.channel] ?? chat.channel),
    chat.language === "en" && h("span", { class: "tag" }, "英语"),
    chat.large_type && h("span", { class: "tag" }, "长辈版"),
    desk.fresh.has(chat.chat_id) && h("span", { class: "tag urgent" }, "有新话"),
    draftOf(chat.chat_id).say && h("span", { class: "tag" }, "有草稿"),
  ];
  return h("li", { class: state.open === chat.chat_id ? "row current" : "row" },
    h("button", { type: "button", class: "pick", "data-key": chat.chat_id, "aria-current": state.open === chat.chat_id ? "true" : false, on: { click: () => open(chat.chat_id) } },
      h("span", { class: "about" }, topicOf(chat.topic) || "咨询"),
      h("span", { class: "tags" }, ...tags),
      h("span", { class: "hint" }, `${who(chat.agent)}接待`)));
}

const past = (stay) => h("li", { class: "none" }, `${moment(stay.joined_at, now())}加入，${moment(stay.parted_at, now())}离开`);

function announce(found) {
  const here = new Set(found.map((chat) => chat.chat_id));
  for (const chatId of rung) if (!here.has(chatId)) rung.delete(chatId);
  for (const chat of found.filter((each) => !rung.has(each.chat_id))) {
    rung.add(chat.chat_id);
    ring();
    notify("坐席请本单位参加会话", topicOf(chat.topic) || "咨询", chat.chat_id);
    call(`${who(chat.agent)}请本单位参加会话：${topicOf(chat.topic) || "咨询"}。`);
  }
  flash(found.some((chat) => !state.files.get(chat.chat_id)?.loaded), "【请参加会话】");
}
