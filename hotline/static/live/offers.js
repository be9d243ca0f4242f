// An offer rings for as long as it holds: words, the title, a sound, a notification of the system.

import { button, byId, h, paint } from "./dom.js";
import { config } from "./config.js";
import { flash, notify } from "./attention.js";
import { make, take } from "./moves.js";
import { now, offers } from "./store.js";
import { REASONS, topicOf } from "./words.js";
import { ring } from "./sound.js";

const rung = new Set();

/** Show what is offered to me. */
export function showOffers() {
  const found = offers();
  paint(byId("offer"), found.map((chat) => [chat.chat_id, chat.version]), () => found.map(card));
  for (const chat of found) {
    const name = `${chat.chat_id}-${chat.version}`;
    if (!rung.has(name)) {
      rung.add(name);
      ring();
      notify("新会话请您接待", topicOf(chat.topic) || "咨询", chat.chat_id);
    }
  }
  flash(found.length > 0, "【新会话】");
}

function card(chat) {
  return h(
    "div",
    { class: "offer", role: "alert" },
    h("p", {}, h("strong", {}, "新会话请您接待"), `：${topicOf(chat.topic) || "咨询"}，${REASONS[chat.reason] ?? ""}`),
    h("p", { class: "rest", "data-until": chat.state_since + config.timers.accept, "data-then": "不接就转给下一位" }),
    h("div", { class: "offer-foot" },
      button("接待（Alt+T）", () => take(chat), { class: "small", "data-key": `accept-${chat.chat_id}` }),
      button("不接", () => make(chat, "decline", {}, "已转给下一位。"), { class: "small quiet", "data-key": `decline-${chat.chat_id}` })),
  );
}

/** Let the seconds that are left go on: of offers, of the time for notes. */
export function tickOffers() {
  for (const rest of document.querySelectorAll("[data-until]")) {
    const left = Math.max(0, Math.ceil(Number(rest.dataset.until) - now()));
    rest.textContent = `还有${left}秒，${rest.dataset.then}`;
  }
}
