// Short news for eyes and screen readers: `tell` politely, `fail` and `call` at once.

import { byId, say } from "./dom.js";

const timers = new Map();

/** Say that something is done. */
export const tell = (words) => show("news", words, 5_000);

/** Say that something was not done, and why. */
export const fail = (words) => show("notice", words, 12_000);

/** Say that somebody wants the agent now. */
export const call = (words) => show("notice", words, 20_000);

/** Say something to screen readers alone. */
export const whisperToReaders = (words) => say(byId("whisper-of-news"), words);

function show(id, words, patience) {
  say(byId(id), words);
  clearTimeout(timers.get(id));
  timers.set(id, setTimeout(() => say(byId(id), ""), patience));
}
