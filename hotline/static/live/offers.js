// An offer rings for as long as it holds: words, the title, a sound, a notification of the system.

import { button, byId, h, paint } from "./dom.js";
import { config } from "./config.js";
import { make, take } from "./moves.js";
import { now, offers } from "./store.js";
import { REASONS, topicOf } from "./words.js";
import { ring } from "./sound.js";

const TITLE = document.title;
const rung = new Set();
let flashing = 0;

/** Show what is offered to me. */
export function showOffers() {
  const found = offers();
  paint(byId("offer"), found.map((chat) => [chat.chat_id, chat.version]), () => found.map(card));
  for (const chat of found) {
    const name = `${chat.chat_id}-${chat.version}`;
    if (!rung.has(name)) {
      rung.add(name);
      ring();
      notify(chat);
    }
  }
  flash(found.length > 0);
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

function flash(on) {
  if (on === Boolean(flashing)) return;
  if (on) flashing = setInterval(() => { document.title = document.title === TITLE ? "【新会话】" : TITLE; }, 1000);
  else {
    clearInterval(flashing);
    flashing = 0;
    document.title = TITLE;
  }
}

/** Show the system's own notification, when the agent has allowed it; no word of the citizen in it. */
export function notify(chat) {
  if (globalThis.Notification?.permission !== "granted") return;
  const shown = new Notification("新会话请您接待", { body: topicOf(chat.topic) || "咨询", tag: chat.chat_id, icon: "/static/icon.svg" });
  shown.onclick = () => { window.focus(); shown.close(); };
}

/** Offer to ask for the system's notifications; only a press of the agent asks. */
export function offerNotifications() {
  const ask = byId("ask-notify");
  const asking = () => { ask.hidden = !globalThis.Notification || Notification.permission !== "default"; };
  ask.addEventListener("click", () => Notification.requestPermission().then(asking));
  asking();
}
