// The box: words for the citizen, notes for agents, a whisper of a supervisor. What is typed stays until it was taken.

import * as api from "./api.js";
import { byId, say } from "./dom.js";
import { config, may } from "./config.js";
import { draftOf, keep, underWay } from "./drafts.js";
import { changed, chatOf, isMine, openChat, state } from "./store.js";
import { lookAt } from "./link.js";
import { UNSURE, unsent } from "./words.js";
import { courier } from "./delivery.js";
import { tell } from "./telling.js";
import { typingSigns } from "./typing.js";

const LABELS = { say: "回复市民", note: "内部备注，市民看不到", whisper: "悄悄提示坐席，市民看不到", relay: "转述单位的话，市民看到是单位说的" };
const PRESSES = { say: "发送", note: "记备注", whisper: "提示", relay: "转述" };

const box = byId("box");
const faults = new Map();
const modes = new Map(); // chat id → what the agent has chosen to write
const owned = new Map(); // chat id → whether it was mine when it was last shown
let shown = null;
const typing = typingSigns(lookAt);

/** Wire the box, and send again what was on its way when the page was closed. */
export function beginComposer() {
  box.addEventListener("input", typed);
  byId("composer").addEventListener("submit", (happening) => {
    happening.preventDefault();
    send();
  });
  for (const mode of Object.keys(LABELS)) byId(`mode-${mode}`).addEventListener("click", () => write(mode));
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
  becameMine(chat);
  const draft = draftOf(chat.chat_id);
  const mode = modeFor(chat, draft);
  const view = `${chat.chat_id} ${mode}`;
  if (shown !== view) {
    shown = view;
    box.value = draft[mode];
  }
  for (const each of Object.keys(LABELS)) byId(`mode-${each}`).setAttribute("aria-pressed", String(each === mode));
  byId("mode-say").disabled = !maySay(chat);
  byId("mode-whisper").hidden = !mayWhisper(chat);
  byId("mode-relay").hidden = !mayRelay(chat);
  const label = mode === "note" && chat.department ? `内部备注，${chat.department_name}看得到，市民看不到` : LABELS[mode];
  say(byId("box-label"), label);
  box.placeholder = label;
  byId("composer").className = `composer ${mode}`;
  const waiting = draft.pending !== null;
  box.readOnly = waiting;
  byId("send").disabled = waiting || Boolean(state.over);
  say(byId("send"), waiting ? "正在发送…" : PRESSES[mode]);
  const fault = faults.get(chat.chat_id) ?? "";
  byId("fault").hidden = !fault;
  say(byId("fault"), fault);
}

// Who has just become the owner writes to the citizen, whatever was written before.
function becameMine(chat) {
  const isNow = maySay(chat);
  if (isNow && owned.get(chat.chat_id) === false) modes.delete(chat.chat_id);
  owned.set(chat.chat_id, isNow);
}

const maySay = (chat) => chat.state === "active" && isMine(chat);
const mayRelay = (chat) => maySay(chat) && Boolean(chat.department);
const mayWhisper = (chat) => may("chat.supervise") && chat.owner === "agent" && chat.agent !== config.agent;

// Words for the citizen that are still in the box stay there to be read, also when the chat is somebody else's by now.
function modeFor(chat, draft) {
  const mode = modes.get(chat.chat_id) ?? (maySay(chat) || draft.say ? "say" : "note");
  if (mode === "say" && !maySay(chat) && !draft.say) return "note";
  if (mode === "relay" && !mayRelay(chat)) return maySay(chat) ? "say" : "note";
  if (mode === "whisper" && !mayWhisper(chat)) return maySay(chat) ? "say" : "note";
  return mode;
}

/** Write for somebody else: `say`, `note`, `whisper`. */
export function write(mode) {
  const chat = openChat();
  if (!chat) return;
  modes.set(chat.chat_id, mode);
  shown = null;
  changed();
  box.focus();
}

/** Put words where the cursor is. */
export function insert(words) {
  box.setRangeText(words, box.selectionStart, box.selectionEnd, "end");
  box.focus();
  typed();
}

/** Put words in place of all that stands in the box. */
export function replaceBox(words) {
  box.value = words;
  box.setSelectionRange(words.length, words.length);
  box.focus();
  typed();
}

export const currentMode = () => {
  const chat = openChat();
  return chat ? modeFor(chat, draftOf(chat.chat_id)) : "say";
};

function typed() {
  const chat = openChat();
  if (!chat) return;
  const draft = draftOf(chat.chat_id);
  keep(chat.chat_id, { ...draft, [modeFor(chat, draft)]: box.value });
  faults.delete(chat.chat_id);
  byId("fault").hidden = true;
  typing(chat.chat_id);
}

function send() {
  const chat = openChat();
  if (!chat || state.over) return;
  const draft = draftOf(chat.chat_id);
  const mode = modeFor(chat, draft);
  const text = box.value.trim();
  if (draft.pending || !text) return;
  if (text.length > config.longest) return fault(chat.chat_id, `最多${config.longest}字，现在有${text.length}字。`);
  if (mode === "say" && !maySay(chat)) return fault(chat.chat_id, unsent({ code: "not_owner" }, chat));
  const pending = { id: crypto.randomUUID(), mode, text, version: chat.version, to: chat.agent };
  keep(chat.chat_id, { ...draft, [mode]: box.value, pending });
  changed();
  deliver(chat.chat_id);
  return undefined;
}

const DOORS = { say: api.send, note: api.note, whisper: api.whisper, relay: api.relay };

const DONE = { note: "备注记下了。", whisper: "提示发给坐席了。" };

const deliver = courier({
  doors: DOORS,
  isOver: () => state.over,
  taken(chatId, pending, event) {
    state.files.get(chatId)?.events.set(event.seq, event);
    settled(chatId, "");
    if (state.open === chatId) shown = null;
    if (DONE[pending.mode]) tell(DONE[pending.mode]);
  },
  refused: (chatId, _pending, error) => settled(chatId, unsent(error, chatOf(chatId))),
  waits: (chatId) => fault(chatId, UNSURE),
});

function settled(chatId, why) {
  fault(chatId, why);
  lookAt(state.open, false);
}

function fault(chatId, words) {
  if (words) faults.set(chatId, words);
  else faults.delete(chatId);
  changed();
}
