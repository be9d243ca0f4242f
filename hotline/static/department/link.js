// The department's stream: chats it is joined to, their words once they are open.

import * as api from "../live/api.js";
import { openStream } from "../live/stream.js";
import { changed, chatOf, forget, state, takeChat, takeEvent, takeSnapshot } from "../live/store.js";
import { fail, tell, whisperToReaders } from "../live/telling.js";
import { who } from "../live/words.js";
import { read } from "./moves.js";

const BEAT_MS = 15_000;
const LONG_CUT = 3;
const OVER = "登录已经结束，请重新登录。没发出去的字都还在。";

/** What happened in chats that are not open now, and when the department was in others. */
export const desk = { fresh: new Set(), stays: [] };

let stream = null;
let active = true;
let look = { chat: "", typing: false };

for (const happening of ["keydown", "pointerdown"]) addEventListener(happening, () => { active = true; }, { passive: true });

/** Open the stream and keep it open. */
export function begin() {
  stream = openStream({ path: "/desk/department/ws", after: () => state.seq, heard: take, lost, over: () => end(OVER) });
  setInterval(sign, BEAT_MS);
}

/** Say which chat is looked at, and whether there is typing. */
export function lookAt(chatId, typing) {
  if (look.chat === (chatId ?? "") && look.typing === typing && !typing) return;
  look = { chat: chatId ?? "", typing };
  stream?.put({ type: "look", ...look });
}

const HEARD = { hello, event, news, gone, who: looks, here: clock, over: (frame) => end(frame.sentence) };

function take(frame) {
  HEARD[frame.type](frame);
  changed();
}

function hello(frame) {
  clock(frame);
  if (!frame.resumed) state.files.forEach((file) => { file.loaded = false; });
  state.seq = frame.after;
  state.looks = frame.looks;
  takeList(frame);
  state.link = "live";
  stream.put({ type: "look", ...look });
  sign();
  if (state.open) read(state.open);
}

// What is not named the department is no longer in.
function takeList({ chats, stays }) {
  const joined = new Set(chats.map((chat) => chat.chat_id));
  for (const chatId of [...state.chats.keys()]) if (!joined.has(chatId)) left(chatId);
  desk.stays = stays;
  takeSnapshot({ queue: [], under_way: chats, there: [] });
}

// Without the stream: who is called still hears of it, and when the department left is said.
async function refresh() {
  try {
    takeList(await api.get("/desk/department/chats"));
  } catch (error) {
    if (!(error instanceof api.Away || error instanceof api.Refused)) throw error;
  }
}

// A frame that names another number than the last one comes after something that was missed.
function follows(frame) {
  if (frame.seq <= state.seq) return false;
  if (frame.after !== state.seq) {
    stream.put({ type: "resume", after: state.seq });
    return false;
  }
  state.seq = frame.seq;
  return true;
}

function event(frame) {
  if (!follows(frame)) return;
  takeEvent(frame.event, frame.chat);
  const { kind, author, chat_id: chatId, body } = frame.event;
  if (body.text === undefined || author === frame.chat.department) return;
  if (chatId !== state.open) desk.fresh.add(chatId);
  else whisperToReaders(`${kind === "citizen" ? "市民" : who(author)}：${body.text}`);
}

function news(frame) {
  if (!follows(frame)) return;
  const { chat_id: chatId } = frame.chat;
  takeChat(frame.chat);
  if (state.files.has(chatId)) state.files.get(chatId).loaded = false;
  if (chatId === state.open) read(chatId);
  else if (frame.kind !== "event" && frame.kind !== "system") desk.fresh.add(chatId);
}

function gone(frame) {
  if (!follows(frame)) return;
  left(frame.chat_id);
  refresh();
}

// Only that the department was there remains.
function left(chatId) {
  const wasOpen = state.open === chatId;
  if (chatOf(chatId)) tell(wasOpen ? "本单位已不在这个会话里，内容看不到了。没发出去的字还留着，再被请进来时会出现。" : "有一个会话，本单位已不在里面。");
  forget(chatId);
  desk.fresh.delete(chatId);
  if (wasOpen) lookAt(null, false);
}

function looks(frame) {
  state.looks = frame.looks;
}

function clock(frame) {
  state.offset = frame.now - Date.now() / 1000;
}

function sign() {
  stream.put({ type: "here", state: "online", active });
  active = false;
  if (look.chat && look.typing) lookAt(look.chat, false);
}

function lost(failures) {
  state.link = "cut";
  if (failures === LONG_CUT) fail("实时连接一直不通。新的邀请还会提醒，对话内容请刷新页面看。");
  if (failures >= LONG_CUT) refresh();
  changed();
}

function end(sentence) {
  state.over = sentence;
  state.link = "over";
  stream.close();
  changed();
}
