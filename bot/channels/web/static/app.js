// Starts the page: takes over what the server has drawn for browsers without script.

import { h, render } from "./vendor/preact.mjs";
import { Conversation } from "./conversation.js";
import * as storage from "./storage.js";
import { Page } from "./view/page.js";

const root = document.getElementById("app");

// A conversation begun in the plain form goes on here.
const begun = root.querySelector("input[name=token]")?.value;
if (begun && !storage.savedSession()) {
  storage.saveSession({ token: begun, conversation_id: begun.split(".")[1], expires_at: new Date(Date.now() + 3600_000).toISOString() });
}

const conversation = new Conversation(() => render(h(Page, { conversation }), root));
root.textContent = "";
conversation.resume();

addEventListener("online", () => conversation.hurry());
addEventListener("storage", (event) => storage.isSessionKey(event.key) && conversation.sessionChanged());
document.addEventListener("visibilitychange", () => {
  if (document.visibilityState !== "visible") return;
  conversation.hurry();
  const last = conversation.messages[conversation.messages.length - 1];
  if (last) conversation.link.show(last.seq);
});
