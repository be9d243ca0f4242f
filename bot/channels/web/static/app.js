// Starts the page: takes over what the server has drawn for browsers without script.

import { h, options, render } from "./vendor/preact.mjs";
import { Conversation } from "./conversation.js";
import { Looks } from "./looks.js";
import * as storage from "./storage.js";
import { Page } from "./view/page.js";

const root = document.getElementById("app");

// Drawing waits for queueMicrotask otherwise, which web views have only since 2018.
options.debounceRendering = (draw) => Promise.resolve().then(draw);

// A conversation begun in the plain form goes on here.
const begun = root.querySelector("input[name=token]").value;
if (begun && !storage.savedSession()) {
  storage.saveSession({ token: begun, conversation_id: begun.split(".")[1], expires_at: new Date(Date.now() + 3600000).toISOString() });
}

// What was written before the script had arrived is not lost.
const field = root.querySelector("textarea");
const draft = { text: field.value, isFocused: document.activeElement === field };

let conversation = null; // nothing is drawn before it is there
const draw = () => conversation && render(h(Page, { conversation, looks, draft }), root);
const looks = new Looks(draw);
conversation = new Conversation(draw, () => looks.large, document.documentElement.dataset.invitation);
root.textContent = "";
conversation.resume();

// Opened from a chat in WeChat; taken out of the address, so that a reload does not ask again.
if (location.hash === "#from=wechat") {
  history.replaceState(null, "", location.pathname + location.search);
  conversation.arrive();
}

addEventListener("offline", () => conversation.lineLost());
addEventListener("online", () => conversation.hurry());
addEventListener("storage", (event) => storage.isSessionKey(event.key) && conversation.sessionChanged());
document.addEventListener("visibilitychange", () => {
  if (document.visibilityState !== "visible") return;
  conversation.hurry();
  const last = conversation.messages[conversation.messages.length - 1];
  if (last) conversation.link.show(last.seq);
});
