// Watching what the assistant is talking about now.

import * as api from "./api.js";
import { button, byId, h } from "./dom.js";
import { may } from "./config.js";
import { explain } from "./moves.js";
import { changed, now, state } from "./store.js";
import { topicOf } from "./words.js";
import { moment } from "./when.js";

/** Let the fold show the assistant's talks, fetched when it is opened. */
export function beginAssistant() {
  const fold = byId("assistant");
  fold.hidden = !may("chat.watch");
  fold.addEventListener("toggle", () => fold.open && list());
}

async function list() {
  const region = byId("assistant-list");
  try {
    const { away, conversations } = await api.get("/desk/assistant");
    const again = button("刷新", list, { class: "small quiet" });
    if (away || !conversations.length) region.replaceChildren(h("p", { class: "hint" }, away ? "助手暂时没有回应。" : "助手现在没有接待谁。"), again);
    else region.replaceChildren(h("ul", { class: "chats" }, ...conversations.map(row)), again);
  } catch (error) {
    explain(error);
  }
}

function row(each) {
  return h("li", { class: "row" },
    h("button", { type: "button", class: "pick", on: { click: () => look(each.conversation_id) } },
      h("span", { class: "about" }, topicOf(each.topic) || "旁观这个会话"),
      h("span", { class: "hint" }, `${moment(each.at, now())}${each.asked ? "，问过人工" : ""}`)));
}

async function look(conversation) {
  try {
    const found = await api.get(`/desk/assistant/${encodeURIComponent(conversation)}`);
    state.open = null;
    state.watched = { ...found, conversation_id: conversation };
    changed();
    byId("log").focus();
  } catch (error) {
    explain(error);
  }
}
