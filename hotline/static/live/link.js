// The stream to the desk: opened with a ticket, resumed after the last number, replaced by long polls when it will not open.

import * as api from "./api.js";
import { hear } from "./news.js";
import { openStream } from "./stream.js";
import { changed, me, state, takeEvent, takeSnapshot } from "./store.js";
import { config } from "./config.js";

const BEAT_MS = 15_000;
const TRIES_BEFORE_POLLS = 3;

let stream = null;
let polling = false;
let active = true;
let look = { chat: "", typing: false };

for (const happening of ["keydown", "pointerdown"]) addEventListener(happening, () => { active = true; }, { passive: true });

/** Open the stream and keep it open. */
export function begin() {
  stream = openStream({ path: "/desk/ws", after: () => state.seq, heard: take, lost, over: () => end() });
  setInterval(beat, BEAT_MS);
}

/** Say which state the agent has chosen. */
export function choose(word) {
  state.said = word;
  sign(true);
  changed();
}

/** Say which chat is looked at, and whether there is typing. */
export function lookAt(chatId, typing) {
  if (look.chat === (chatId ?? "") && look.typing === typing && !typing) return;
  look = { chat: chatId ?? "", typing };
  put({ type: "look", ...look });
}

function lost(failures) {
  if (!polling) mark("cut");
  if (failures >= TRIES_BEFORE_POLLS && !polling) poll();
}

function take(frame) {
  if (frame.type === "hello") hello(frame);
  else if (frame.type === "event") event(frame);
  else if (frame.type === "who") {
    state.there = frame.there;
    state.looks = frame.looks;
    state.departments = frame.departments;
    follow();
    changed();
  } else if (frame.type === "here") state.offset = frame.now - Date.now() / 1000;
  else if (frame.type === "over") end(frame.sentence);
}

function hello(frame) {
  polling = false;
  state.offset = frame.now - Date.now() / 1000;
  if (!frame.resumed) state.files.forEach((file) => { file.loaded = false; });
  state.seq = frame.after;
  state.looks = frame.looks;
  state.departments = frame.departments;
  takeSnapshot(frame.snapshot);
  state.said ??= me()?.state ?? "away";
  mark("live");
  sign(false);
  put({ type: "look", ...look });
}

function event(frame) {
  if (frame.seq <= state.seq) return;
  if (frame.after !== state.seq) {
    put({ type: "resume", after: state.seq });
    return;
  }
  takeEvent(frame.event, frame.chat);
  hear(frame.event);
}

// The desk may have set another state: an offer was not answered.
function follow() {
  const present = me();
  if (present) state.said = present.state;
}

function beat() {
  if (stream.isOpen()) sign(false);
  if (look.chat && look.typing) lookAt(look.chat, false);
}

function sign(chosen) {
  if (state.said === null) return;
  if (stream.isOpen()) {
    put({ type: "here", state: state.said, chosen, active });
    active = false;
  } else if (polling) api.post("/desk/chats/here", { state: state.said }).catch(() => {});
}

function put(frame) {
  stream.put(frame);
}

async function poll() {
  polling = true;
  let signed = 0;
  while (polling && !state.over) {
    try {
      if (Date.now() - signed > BEAT_MS || signed === 0) {
        takeSnapshot(await refresh());
        sign(false);
        signed = Date.now();
      }
      mark("polls");
      const { events } = await api.get(`/desk/chats/feed?after=${state.seq}&wait=1`);
      if (!polling) return;
      for (const event of events) takeEvent(event, undefined);
      if (events.length) takeSnapshot(await api.snapshot());
      events.forEach(hear);
      follow();
      changed();
    } catch (error) {
      if (error instanceof api.Refused && error.status === 401) return end();
      polling = false;
      mark("cut");
    }
  }
}

async function refresh() {
  const found = await api.snapshot();
  if (state.seq === null) state.seq = found.feed;
  state.said ??= found.there.find((present) => present.number === config.agent)?.state ?? "away";
  return found;
}

function mark(link) {
  if (state.link === link) return;
  state.link = link;
  changed();
}

function end(sentence) {
  state.over = sentence ?? "登录已经结束，请重新登录。没发出去的字都还在。";
  polling = false;
  stream.close();
  mark("over");
  changed();
}
