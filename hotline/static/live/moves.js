// What an agent does with a chat. A refusal is said in words; then the page looks anew.

import * as api from "./api.js";
import { answerCalls, changed, chatOf, hasGap, isMine, mine, offers, queue, state, takeChat, takeFile, takeSnapshot } from "./store.js";
import { LOST, refusal, untaken } from "./words.js";
import { lookAt } from "./link.js";
import { fail, tell } from "./telling.js";

const fetching = new Set();

/** Open a chat: its file is fetched, which the desk writes down. */
export async function open(chatId) {
  state.open = chatId;
  state.watched = null;
  answerCalls(chatId);
  lookAt(chatId, false);
  changed();
  await read(chatId);
}

/** Fetch the file of a chat when the page has none, or misses something in it. */
export async function read(chatId) {
  const file = state.files.get(chatId);
  if (fetching.has(chatId) || (file?.loaded && !hasGap(file))) return;
  fetching.add(chatId);
  if (!file) state.files.set(chatId, { events: new Map(), loaded: false });
  try {
    takeFile(await api.dossier(chatId));
    await readBackground(chatId);
  } catch (error) {
    if (error instanceof api.Refused && error.status === 404) {
      state.files.delete(chatId);
      if (state.open === chatId) close();
    }
    explain(error);
  } finally {
    fetching.delete(chatId);
  }
}

/** Fetch what the context column shows: what the desk has, then, beside it, what the platform has. */
export async function readBackground(chatId) {
  readCases(chatId);
  const found = await api.background(chatId);
  const file = state.files.get(chatId);
  if (file) file.background = found;
  changed();
}

/** Fetch the cases of the chat's citizen; the talk goes on meanwhile, and without them. */
export async function readCases(chatId) {
  const asked = state.files.get(chatId);
  if (asked) asked.casesOf = standing(chatOf(chatId));
  const found = await api.cases(chatId).catch(() => ({ away: true }));
  const file = state.files.get(chatId);
  if (file) file.cases = found;
  changed();
}

/** Whose a chat is: with it changes what may be seen of its citizen. */
export const standing = (chat) => (chat ? `${chat.state} ${chat.agent ?? ""}` : "");

/** Show no chat. */
export function close() {
  state.open = null;
  lookAt(null, false);
  changed();
}

/** Take a chat out of the queue, or accept an offer. */
export async function take(chat) {
  try {
    takeChat(await api.move(chat, "take"));
    tell("接到了，市民已经知道您的工号。");
    const opened = open(chat.chat_id);
    // The box is shown with the next drawing; who types right away types into it.
    queueMicrotask(() => document.getElementById("box").focus());
    await opened;
  } catch (error) {
    if (!(error instanceof api.Refused)) return explain(error);
    await look();
    fail(untaken(error, chatOf(chat.chat_id)));
  }
}

/** Take what is offered, or the first of the queue. */
export function takeNext() {
  const chat = offers()[0] ?? queue().find((each) => each.state === "queued");
  if (chat) return take(chat);
  tell("没有人在排队。");
  return undefined;
}

/** Make a move; true when the desk has made it. */
export async function make(chat, name, more, done) {
  try {
    takeChat(await api.move(chat, name, more));
    if (done) tell(done);
    changed();
    return true;
  } catch (error) {
    await look();
    explain(error);
    return false;
  }
}

/** End the open chat's talk (or its notes) and go to the next one. */
export async function endAndNext() {
  const chat = state.open ? chatOf(state.open) : null;
  if (!chat || !isMine(chat)) return tell("打开的不是您的会话。");
  const name = chat.state === "wrap_up" ? "finish" : "wrap_up";
  const done = name === "finish" ? "小结完成。" : "服务结束了，市民会收到评价。";
  if (await make(chat, name, {}, done)) step(1);
  return undefined;
}

/** Open the next (1) or previous (-1) of my chats. */
export function step(by) {
  const found = mine();
  if (!found.length) return;
  const at = found.findIndex((chat) => chat.chat_id === state.open);
  const next = found[(at + by + found.length) % found.length] ?? found[0];
  open(next.chat_id);
}

/** Take a talk from the assistant. */
export async function takeFromAssistant(conversation) {
  try {
    const chat = await api.post(`/desk/assistant/${encodeURIComponent(conversation)}/take`, {});
    takeChat(chat);
    tell("接管了，助手不再说话。");
    await open(chat.chat_id);
  } catch (error) {
    explain(error);
  }
}

/** Look how everything stands. */
export async function look() {
  try {
    takeSnapshot(await api.snapshot());
  } catch (error) {
    explain(error);
  }
}

/** Say in words why something was not done. */
export function explain(error) {
  if (error instanceof api.Refused) fail(refusal(error));
  else if (error instanceof api.Away) fail(LOST);
  else throw error;
}
