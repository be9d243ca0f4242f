// A stream to the desk: opened with a ticket, resumed after the last number, tried again with growing pauses.

import * as api from "./api.js";

const LONGEST_MS = 15_000;
const OVER = 4401;
const page = crypto.randomUUID();

/**
 * Open `path` and keep it open. `after()` is the last number the page has; `heard(frame)` gets what comes;
 * `lost(failures)` is told of each cut, `over()` of the end of the session. Returns `put(frame)`, `close()`, `isOpen()`.
 */
export function openStream({ path, after, heard, lost, over }) {
  let socket = null;
  let failures = 0;
  let retry = 0;
  let ended = false;

  async function connect() {
    if (ended) return;
    let ticket;
    try {
      ({ ticket } = await api.post("/desk/live/tickets"));
    } catch (error) {
      if (error instanceof api.Refused && (error.status === 401 || error.status === 403)) return end();
      return again();
    }
    const scheme = location.protocol === "https:" ? "wss" : "ws";
    const opened = new WebSocket(`${scheme}://${location.host}${path}`);
    socket = opened;
    opened.onopen = () => opened.send(JSON.stringify({ type: "open", ticket, page, after: after() }));
    opened.onmessage = (told) => {
      failures = 0;
      heard(JSON.parse(told.data));
    };
    opened.onclose = (told) => {
      if (socket !== opened) return;
      socket = null;
      if (told.code === OVER) end();
      else again();
    };
  }

  function again() {
    failures += 1;
    lost(failures);
    clearTimeout(retry);
    const pause = Math.min(LONGEST_MS, 500 * 2 ** Math.min(failures - 1, 5));
    retry = setTimeout(connect, pause * (0.75 + Math.random() / 4));
  }

  function end() {
    if (!ended) over();
    close();
  }

  function close() {
    ended = true;
    clearTimeout(retry);
    socket?.close();
    socket = null;
  }

  addEventListener("online", () => {
    if (socket !== null || ended) return;
    clearTimeout(retry);
    connect();
  });
  connect();
  const isOpen = () => socket?.readyState === WebSocket.OPEN;
  return { put: (frame) => isOpen() && socket.send(JSON.stringify(frame)), close, isOpen };
}
