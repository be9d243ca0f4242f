// Calling somebody who looks elsewhere: the title of the tab, a notification of the system. No word of a citizen in it.

import { byId } from "./dom.js";

const TITLE = document.title;
let flashing = 0;

/** Let the title of the tab blink between its own words and these, or stop. */
export function flash(on, words) {
  if (on === Boolean(flashing)) return;
  if (on) flashing = setInterval(() => { document.title = document.title === TITLE ? words : TITLE; }, 1000);
  else {
    clearInterval(flashing);
    flashing = 0;
    document.title = TITLE;
  }
}

/** Show the system's own notification, when it was allowed. */
export function notify(title, body, tag) {
  if (globalThis.Notification?.permission !== "granted") return;
  const shown = new Notification(title, { body, tag, icon: "/static/icon.svg" });
  shown.onclick = () => { window.focus(); shown.close(); };
}

/** Offer to ask for the system's notifications; only a press asks. */
export function offerNotifications() {
  const ask = byId("ask-notify");
  const asking = () => { ask.hidden = !globalThis.Notification || Notification.permission !== "default"; };
  ask.addEventListener("click", () => Notification.requestPermission().then(asking));
  asking();
}
