// The agents' page: its parts, put together.

import { beginAssistant } from "./assistant.js";
import { beginComposer, showComposer } from "./composer.js";
import { beginKeys } from "./keys.js";
import { beginSuggestions } from "./suggest.js";
import { begin, choose } from "./link.js";
import { byId, h, paint } from "./dom.js";
import { fetchCalls, showCalls } from "./calls.js";
import { forgetOld } from "./drafts.js";
import { showContext } from "./context.js";
import { showLists, tick } from "./lists.js";
import { offerNotifications } from "./attention.js";
import { showOffers, tickOffers } from "./offers.js";
import { offerSound } from "./sound.js";
import { read, readBackground } from "./moves.js";
import { hasGap, openFile, state, watch } from "./store.js";
import { showTalk } from "./talk.js";

const LINKS = {
  connecting: "正在连接…",
  live: "已连接",
  polls: "实时连接不通，改为定时取，可能慢几秒",
  cut: "连接断了，正在重连，写的字都在",
};

function showLink() {
  paint(byId("link-state"), [state.link, state.over], () =>
    state.link === "over" ? [state.over, h("a", { href: "/login?next=%2Fdesk", class: "again" }, "重新登录")] : LINKS[state.link]);
  byId("link-state").className = `link-state ${state.link}`;
}

// After a cut a file may miss something that happened in between and was not resumed.
function mend() {
  const file = openFile();
  if (file && state.link !== "cut" && (hasGap(file) || !file.loaded)) read(state.open);
}

forgetOld();
for (const view of [showLink, showLists, showOffers, showCalls, showTalk, showComposer, showContext]) watch(view);
for (const each of document.querySelectorAll("[data-state]")) each.addEventListener("click", () => choose(each.dataset.state));
beginComposer();
beginSuggestions();
beginKeys();
beginAssistant();
offerNotifications();
offerSound();
begin();
fetchCalls();
setInterval(() => {
  tick();
  tickOffers();
}, 1000);
setInterval(mend, 3000);
// Who comes back from registering an order in the next tab sees it.
addEventListener("focus", () => openFile()?.loaded && readBackground(state.open).catch(() => {}));
