// The box: words for the citizen in the department's name, notes for the agent. What is typed stays until it was taken.

import * as api from "../live/api.js";
import { config } from "../live/config.js";
import { courier } from "../live/delivery.js";
import { byId, say } from "../live/dom.js";
import { draftOf, keep, underWay } from "../live/drafts.js";
import { changed, openChat, state } from "../live/store.js";
import { tell } from "../live/telling.js";
import { typingSigns } from "../live/typing.js";
import { UNSURE, refusal } from "../live/words.js";
import { lookAt } from "./link.js";
import { path } from "./moves.js";

const PRESSES = { say: "发送", note: "记备注" };
const GONE = "本单位已不在这个会话里";

const box = byId("box");
const faults = new Map();
const modes = new Map(); // chat id → say or note
const typing = typingSigns(lookAt);
let shown = null;

const post = (kind) => (chatId, message) => api.post(`${path(chatId)}/${kind}`, message);
const deliver = courier({
  doors: { say: post("messages"), note: post("notes") },
  isOver: () => state.over,
  taken(chatId, pending, event) {
    state.files.get(chatId)?.events.set(event.seq, event);
    fault(chatId, "");
    if (state.open === chatId) shown = null;
    if (pending.mode === "note") tell("备注记下了，坐席看得到。");
    lookAt(state.open, false);
  },
  refused(chatId, _pending, error) {
    const why = error.status === 404 || error.code === "not_owner" ? `${GONE}。` : refusal(error);
    fault(chatId, `没有发出去，字还在。${why}`);
  },
  waits: (chatId) => fault(chatId, UNSURE),
});

/** Wire the box, and send again what was on its way when the page was closed. */
export function beginComposer() {
  box.addEventListener("input", typed);
  byId("composer").addEventListener("submit", (happening) => {
    happening.preventDefault();
    send();
  });
  for (const mode of Object.keys(PRESSES)) byId(`mode-${mode}`).addEventListener("click", () => write(mode));
  for (const chatId of underWay()) deliver(chatId);
}

/** Show the box as the open chat has it. */
export function showComposer() {
  const chat = openChat();
  byId("composer").hidden = !chat;
  if (!chat) {
    shown = null;
    return;
  }
  const draft = draftOf(chat.chat_id);
  const mode = modeOf(chat);
  if (shown !== `${chat.chat_id} ${mode}`) {
    shown = `${chat.chat_id} ${mode}`;
    box.value = draft[mode];
  }
  for (const each of Object.keys(PRESSES)) byId(`mode-${each}`).setAttribute("aria-pressed", String(each === mode));
  const label = mode === "say" ? `以${chat.department_name}的名义答复市民` : "给坐席的备注，市民看不到";
  say(byId("box-label"), label);
  box.placeholder = label;
  byId("composer").className = `composer ${mode}`;
  box.readOnly = draft.pending !== null;
  byId("send").disabled = draft.pending !== null || Boolean(state.over);
  say(byId("send"), draft.pending ? "正在发送…" : PRESSES[mode]);
  const why = faults.get(chat.chat_id) ?? "";
  byId("fault").hidden = !why;
  say(byId("fault"), why);
}

const modeOf = (chat) => modes.get(chat.chat_id) ?? "say";

/** Write for the citizen (`say`) or for the agent (`note`). */
export function write(mode) {
  const chat = openChat();
  if (!chat) return;
  modes.set(chat.chat_id, mode);
  changed();
  box.focus();
}

function typed() {
  const chat = openChat();
  if (!chat) return;
  keep(chat.chat_id, { ...draftOf(chat.chat_id), [modeOf(chat)]: box.value });
  fault(chat.chat_id, "");
  typing(chat.chat_id);
}

function send() {
  const chat = openChat();
  const text = box.value.trim();
  if (!chat || state.over || !text || draftOf(chat.chat_id).pending) return;
  if (text.length > config.longest) {
    fault(chat.chat_id, `最多${config.longest}字，现在有${text.length}字。`);
    return;
  }
  const mode = modeOf(chat);
  const pending = { id: crypto.randomUUID(), mode, text, version: chat.version };
  keep(chat.chat_id, { ...draftOf(chat.chat_id), [mode]: box.value, pending });
  changed();
  deliver(chat.chat_id);
}

function fault(chatId, words) {
  if (words) faults.set(chatId, words);
  else faults.delete(chatId);
  changed();
}
