// The stream to the desk: opened with a ticket, resumed after the last number, replaced by long polls when it will not open.

import * as api from "./api.js";
import { hear } from "./news.js";
import { changed, me, state, takeEvent, takeSnapshot } from "./store.js";
import { config } from "./config.js";

const BEAT_MS = 15_000;
const LONGEST_MS = 15_000;
const TRIES_BEFORE_POLLS = 3;
const page = crypto.randomUUID();

let socket = null;
let failures = 0;
let polling = false;
let active = true;
let look = { chat: "", typing: false };

for (const happening of ["keydown", "pointerdown"]) addEventListener(happening, () => { active = true; }, { passive: true });

/** Open the stream and keep it open. */
export function begin() {
  connect();
  setInterval(beat, BEAT_MS);
  addEventListener("online", retryNow);
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

async function connect() {
  if (state.over) return;
  let ticket;
  try {
    ({ ticket } = await api.post("/desk/live/tickets"));
  } catch (error) {
    if (error instanceof api.Refused && (error.status === 401 || error.status === 403)) return end();
    return again();
  }
  const scheme = location.protocol === "https:" ? "wss" : "ws";
  const opened = new WebSocket(`${scheme}://${location.host}/desk/ws`);
  socket = opened;
  opened.onopen = () => opened.send(JSON.stringify({ type: "open", ticket, page, after: state.seq }));
  opened.onmessage = (told) => take(JSON.parse(told.data));
  opened.onclose = (told) => {
    if (socket !== opened) return;
    socket = null;
    if (told.code === 4401) end();
    else again();
  };
}

let retry = 0;
function again() {
  failures += 1;
  if (!polling) mark("cut");
  if (failures >= TRIES_BEFORE_POLLS && !polling) poll();
  clearTimeout(retry);
  const pause = Math.min(LONGEST_MS, 500 * 2 ** Math.min(failures - 1, 5));
  retry = setTimeout(connect, pause * (0.75 + Math.random() / 4));
}

function retryNow() {
  if (socket === null && !state.over) {
    clearTimeout(retry);
    connect();
  }
}

function take(frame) {
  if (frame.type === "hello") hello(frame);
  else if (frame.type === "event") event(frame);
  else if (frame.type === "who") {
    state.there = frame.there;
    state.looks = frame.looks;
    follow();
    changed();
  } else if (frame.type === "here") state.offset = frame.now - Date.now() / 1000;
  else if (frame.type === "over") end(frame.sentence);
}

function hello(frame) {
  failures = 0;
  polling = false;
  state.offset = frame.now - Date.now() / 1000;
  if (!frame.resumed) state.files.forEach((file) => { file.loaded = false; });
  state.seq = frame.after;
  state.looks = frame.looks;
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
  if (socket) sign(false);
  if (look.chat && look.typing) lookAt(look.chat, false);
}

function sign(chosen) {
  if (state.said === null) return;
  if (socket?.readyState === WebSocket.OPEN) {
    put({ type: "here", state: state.said, chosen, active });
    active = false;
  } else if (polling) api.post("/desk/chats/here", { state: state.said }).catch(() => {});
}

function put(frame) {
  if (socket?.readyState === WebSocket.OPEN) socket.send(JSON.stringify(frame));
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
  socket?.close();
  socket = null;
  mark("over");
  changed();
}
