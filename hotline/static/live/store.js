// What the page knows. Everything that arrives passes through here; views are told when something has changed.

import { config } from "./config.js";

export const state = {
  link: "connecting",
  over: "",
  offset: 0, // server's clock minus this browser's, seconds
  seq: null, // number of the last event
  said: null, // what the agent wants to be: online, busy, away
  chats: new Map(),
  there: [],
  looks: [],
  departments: [], // who is at a department's page, and where they look
  calls: [], // notes that call this agent
  open: null, // chat id, or null
  watched: null, // conversation of the assistant that is looked at
  files: new Map(), // chat id → {loaded, context, events: Map(seq → event), background, cases, casesOf}
};

const watchers = new Set();
let asked = false;

/** Call `view` after every change, once for all changes of a moment. */
export function watch(view) {
  watchers.add(view);
}

export function changed() {
  if (asked) return;
  asked = true;
  queueMicrotask(() => {
    asked = false;
    for (const view of watchers) view(state);
  });
}

export const now = () => Date.now() / 1000 + state.offset;
export const chatOf = (chatId) => state.chats.get(chatId) ?? null;
export const openChat = () => (state.open ? chatOf(state.open) : null);
export const openFile = () => (state.open ? state.files.get(state.open) ?? null : null);
export const isMine = (chat) => chat.agent === config.agent && (chat.state === "active" || chat.state === "wrap_up");
export const isOffered = (chat) => chat.state === "offered" && chat.agent === config.agent;

const bySeniority = (a, b) => a.priority - b.priority || a.opened_at - b.opened_at || (a.chat_id < b.chat_id ? -1 : 1);
const all = () => [...state.chats.values()];

export const queue = () => all().filter((chat) => chat.owner === "queued").sort(bySeniority);
export const mine = () => all().filter(isMine).sort((a, b) => a.taken_at - b.taken_at);
export const others = () => all().filter((chat) => chat.owner === "agent" && chat.agent !== config.agent).sort(bySeniority);
export const offers = () => all().filter(isOffered).sort(bySeniority);
export const me = () => state.there.find((present) => present.number === config.agent) ?? null;

/** Take a chat as it is; an older picture of it changes nothing. */
export function takeChat(chat) {
  const known = chatOf(chat.chat_id);
  if (known && (known.version > chat.version || (known.version === chat.version && known.last_seq > chat.last_seq))) return;
  state.chats.set(chat.chat_id, chat);
  if (chat.state === "closed" && chat.chat_id !== state.open) state.chats.delete(chat.chat_id);
}

/** Take everything that is under way; what is not named is over. */
export function takeSnapshot(snapshot) {
  const kept = openChat();
  state.chats = new Map();
  for (const chat of [...snapshot.queue, ...snapshot.under_way]) state.chats.set(chat.chat_id, chat);
  if (kept && !state.chats.has(kept.chat_id)) state.chats.set(kept.chat_id, { ...kept, state: "closed", owner: "bot" });
  state.there = snapshot.there;
  changed();
}

/** Take an event of the feed. Its file gets it when the chat has been opened. */
export function takeEvent(event, chat) {
  state.seq = Math.max(state.seq ?? 0, event.feed);
  state.files.get(event.chat_id)?.events.set(event.seq, event);
  if (chat) takeChat(chat);
  else if (chat === null) forget(event.chat_id);
  changed();
}

/** Let nothing of a chat stay on the screen: the citizen had everything deleted, or the department has left. */
export function forget(chatId) {
  state.chats.delete(chatId);
  state.files.delete(chatId);
  if (state.open === chatId) state.open = null;
}

/** Take a chat's file; what arrived while it was fetched stays. */
export function takeFile(dossier) {
  const chatId = dossier.chat.chat_id;
  const file = state.files.get(chatId) ?? { events: new Map() };
  for (const event of dossier.events) file.events.set(event.seq, event);
  state.files.set(chatId, { ...file, loaded: true, context: dossier.context });
  takeChat(dossier.chat);
  changed();
}

/** Remember a note that calls this agent, the newest of a chat first. */
export function addCall(call) {
  state.calls = [call, ...state.calls.filter((each) => each.chat_id !== call.chat_id)];
  changed();
}

/** Forget the calls of a chat that is open now. */
export function answerCalls(chatId) {
  state.calls = state.calls.filter((each) => each.chat_id !== chatId);
}

/** The events of a file, in order. */
export const eventsOf = (file) => [...file.events.values()].sort((a, b) => a.seq - b.seq);

/** Tell whether a loaded file misses an event in the middle. */
export const hasGap = (file) => file.loaded && file.events.size > 0 && Math.max(...file.events.keys()) !== file.events.size;
