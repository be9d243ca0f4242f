// Asking the desk over HTTP. A refusal has the desk's code; an answer that never came is `Away`.

import { config } from "./config.js";

export class Refused extends Error {
  constructor(status, problem) {
    super(problem.code ?? String(status));
    this.status = status;
    this.code = problem.code ?? "";
    this.problem = problem;
  }
}

export class Away extends Error {}

/** Return the JSON of an answer. Throws Refused or Away. */
export async function ask(method, path, body) {
  let answer;
  try {
    answer = await fetch(path, {
      method,
      headers: { "X-Form-Token": config.token, ...(body === undefined ? {} : { "Content-Type": "application/json" }) },
      body: body === undefined ? undefined : JSON.stringify(body),
      redirect: "error",
    });
  } catch {
    throw new Away(path);
  }
  if (answer.status >= 502) throw new Away(path);
  const told = await answer.json().catch(() => ({}));
  if (!answer.ok) throw new Refused(answer.status, told);
  return told;
}

export const get = (path) => ask("GET", path);
export const post = (path, body) => ask("POST", path, body);

const chatPath = (chatId) => `/desk/chats/${encodeURIComponent(chatId)}`;

export const snapshot = () => get("/desk/chats");
export const dossier = (chatId) => get(chatPath(chatId));
export const background = (chatId) => get(`/desk/live/chats/${encodeURIComponent(chatId)}`);
export const cases = (chatId) => get(`/desk/live/chats/${encodeURIComponent(chatId)}/cases`);
export const lookAtCode = (chatId, stated) => post(`/desk/live/chats/${encodeURIComponent(chatId)}/looks`, stated);
export const move = (chat, name, more = {}) => post(`${chatPath(chat.chat_id)}/moves`, { move: name, version: chat.version, ...more });
export const send = (chatId, message) => post(`${chatPath(chatId)}/messages`, message);
export const note = (chatId, message) => post(`${chatPath(chatId)}/notes`, message);
export const whisper = (chatId, message) => post(`/desk/live/chats/${encodeURIComponent(chatId)}/whispers`, message);
export const relay = (chatId, message) => post(`/desk/live/chats/${encodeURIComponent(chatId)}/relays`, message);
