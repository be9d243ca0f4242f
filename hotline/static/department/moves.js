// What somebody of a department does with a chat. A refusal is said in words.

import * as api from "../live/api.js";
import { h } from "../live/dom.js";
import { dialog } from "../live/dialog.js";
import { changed, forget, state, takeFile } from "../live/store.js";
import { fail, tell } from "../live/telling.js";
import { LOST, refusal } from "../live/words.js";
import { desk, lookAt } from "./link.js";

const fetching = new Set();
const outdated = new Set();

export const path = (chatId) => `/desk/department/chats/${encodeURIComponent(chatId)}`;

/** The chats the department is joined to, the longest first. */
export const joined = () => [...state.chats.values()].filter((chat) => chat.state === "active").sort((a, b) => a.opened_at - b.opened_at);

/** Open a chat: from now on its words come, which the desk writes down. */
export async function open(chatId) {
  state.open = chatId;
  desk.fresh.delete(chatId);
  lookAt(chatId, false);
  changed();
  await read(chatId);
}

/** Fetch a chat of which the page has nothing, or not everything. */
export async function read(chatId) {
  const file = state.files.get(chatId);
  if (file?.loaded) return;
  if (fetching.has(chatId)) {
    outdated.add(chatId);
    return;
  }
  fetching.add(chatId);
  if (!file) state.files.set(chatId, { events: new Map(), loaded: false });
  try {
    const { summary, facts, ...dossier } = await api.get(path(chatId));
    takeFile(dossier);
    state.files.get(chatId).background = { summary, facts };
    changed();
  } catch (error) {
    if (error instanceof api.Refused && error.status === 404) forget(chatId);
    explain(error);
  } finally {
    fetching.delete(chatId);
  }
  // What came without its words meanwhile may not be in the answer.
  if (outdated.delete(chatId) && state.files.has(chatId)) {
    state.files.get(chatId).loaded = false;
    await read(chatId);
  }
}

/** Open the next (1) or previous (-1) chat. */
export function step(by) {
  const found = joined();
  if (!found.length) return;
  const at = found.findIndex((chat) => chat.chat_id === state.open);
  open((found[(at + by + found.length) % found.length] ?? found[0]).chat_id);
}

/** Ask whether the department leaves. */
export function askLeave(chat) {
  dialog("离开会话", [h("p", {}, "离开以后看不到这个会话，也不能再答复；要再看，得由坐席再请一次。市民会知道本单位离开了。")], "离开", async () => {
    try {
      await api.post(`${path(chat.chat_id)}/parts`, { version: chat.version });
      tell("已离开会话。");
      return true;
    } catch (error) {
      explain(error);
      return false;
    }
  });
}

function explain(error) {
  if (error instanceof api.Refused) fail(error.status === 404 ? "本单位已不在这个会话里了。" : refusal(error));
  else if (error instanceof api.Away) fail(LOST);
  else throw error;
  changed();
}
