// Notes that call this agent and were not looked at yet, also those written while they were away.

import * as api from "./api.js";
import { button, byId, h, paint } from "./dom.js";
import { changed, now, state } from "./store.js";
import { explain, open } from "./moves.js";
import { moment } from "./when.js";
import { who } from "./words.js";

/** Fetch who has called. */
export async function fetchCalls() {
  try {
    state.calls = (await api.get("/desk/live/mentions")).mentions;
    changed();
  } catch (error) {
    explain(error);
  }
}

/** Show who has called; opening the chat answers it. */
export function showCalls() {
  const { calls } = state;
  paint(byId("calls"), calls, () => calls.length === 0 ? [] : [
    h("h3", {}, `提到我的（${calls.length}）`),
    h("ul", { class: "chats" }, ...calls.map((call) => h("li", { class: "row" },
      button(`${moment(call.at, now())} ${who(call.by)}在备注里提到您`, () => open(call.chat_id), { class: "pick", "data-key": `call-${call.chat_id}` })))),
  ]);
}
