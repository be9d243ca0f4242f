// What is being written, kept in this browser for each agent and chat until it is sent or the agent logs out.

import { config } from "./config.js";

// Somebody may work at both pages: what is on its way from one does not leave by the other's door.
const PREFIX = `desk.draft.${config.agent}.${config.department ? "department." : ""}`;
const EMPTY = { say: "", note: "", whisper: "", relay: "", pending: null };

/** The draft of a chat; `pending` is a message on its way: {id, mode, text, version}. */
export function draftOf(chatId) {
  try {
    return { ...EMPTY, ...JSON.parse(localStorage.getItem(PREFIX + chatId) ?? "{}") };
  } catch {
    return { ...EMPTY };
  }
}

/** Keep a draft; an empty one is forgotten. */
export function keep(chatId, draft) {
  const empty = !draft.say && !draft.note && !draft.whisper && !draft.relay && !draft.pending;
  if (empty) localStorage.removeItem(PREFIX + chatId);
  else localStorage.setItem(PREFIX + chatId, JSON.stringify({ ...draft, at: Date.now() }));
}

/** The chats whose message was on its way when the page was closed. */
export const underWay = () => chats().filter((chatId) => draftOf(chatId).pending);

/** Forget what is older than a session lives. */
export function forgetOld() {
  const oldest = Date.now() - config.kept_hours * 3_600_000;
  for (const chatId of chats()) {
    if (!(JSON.parse(localStorage.getItem(PREFIX + chatId) ?? "{}").at > oldest)) localStorage.removeItem(PREFIX + chatId);
  }
}

const chats = () => Object.keys(localStorage).filter((key) => key.startsWith(PREFIX)).map((key) => key.slice(PREFIX.length)).filter((chatId) => !chatId.includes("."));
