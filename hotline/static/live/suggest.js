// A list over the box: `/` opens canned replies, `@` colleagues. Arrow keys and Enter, or a press.

import * as api from "./api.js";
import { byId, h } from "./dom.js";
import { config } from "./config.js";
import { currentMode, insert, replaceBox } from "./composer.js";
import { state } from "./store.js";
import { STATES } from "./words.js";

const MOST = 8;
const FRESH_MS = 30_000;
const box = byId("box");
const list = byId("canned");

let replies = [];
let fetchedAt = 0;
let shown = [];
let chosen = 0;

/** Wire the box to the list. */
export function beginSuggestions() {
  box.addEventListener("input", look);
  box.addEventListener("keydown", key);
  box.addEventListener("blur", () => setTimeout(hide, 150));
}

async function look() {
  const before = box.value.slice(0, box.selectionStart);
  const slash = /^\/(\S{0,20})$/.exec(before);
  const at = currentMode() === "note" ? /@([A-Za-z0-9]{0,20})$/.exec(before) : null;
  if (slash) {
    await fetchReplies();
    if (box.value.slice(0, box.selectionStart) === before) show(fitting(slash[1]));
  } else if (at) show(colleagues(at[1]));
  else hide();
}

async function fetchReplies() {
  if (Date.now() - fetchedAt < FRESH_MS) return;
  try {
    ({ replies } = await api.get("/desk/live/canned"));
    fetchedAt = Date.now();
  } catch {
    replies = [];
  }
}

// Initials that begin so come first, then words within.
function fitting(typed) {
  const asked = typed.toLowerCase();
  const rank = (reply) => {
    if (reply.initials.startsWith(asked)) return 0;
    if (reply.title.toLowerCase().includes(asked)) return 1;
    if (reply.initials.includes(asked)) return 2;
    return reply.text.toLowerCase().includes(asked) || reply.category.includes(asked) ? 3 : 4;
  };
  return replies
    .map((reply) => ({ reply, rank: rank(reply) }))
    .filter((each) => each.rank < 4)
    .sort((a, b) => a.rank - b.rank)
    .map(({ reply }) => ({ name: reply.title, about: `${reply.category}${reply.own ? "，我的" : ""}：${reply.text}`, choose: () => replaceBox(reply.text) }));
}

function colleagues(typed) {
  const asked = typed.toUpperCase();
  return state.there
    .filter((each) => each.number !== config.agent && each.number.startsWith(asked))
    .map((each) => ({ name: `@${each.number}`, about: STATES[each.state], choose: () => insert(`${each.number.slice(typed.length)} `) }));
}

function show(found) {
  shown = found.slice(0, MOST);
  chosen = 0;
  list.hidden = shown.length === 0;
  list.replaceChildren(...shown.map((each, number) =>
    h("li", { id: `canned-${number}`, role: "option", "aria-selected": "false", on: { mousedown: (press) => { press.preventDefault(); pick(number); } } },
      h("strong", {}, each.name), h("span", { class: "about" }, each.about))));
  mark();
}

function mark() {
  [...list.children].forEach((item, number) => item.setAttribute("aria-selected", String(number === chosen)));
  if (shown.length) box.setAttribute("aria-activedescendant", `canned-${chosen}`);
  else box.removeAttribute("aria-activedescendant");
  list.children[chosen]?.scrollIntoView({ block: "nearest" });
}

function hide() {
  shown = [];
  list.hidden = true;
  box.removeAttribute("aria-activedescendant");
}

function pick(number) {
  const { choose } = shown[number];
  hide();
  choose();
}

function key(press) {
  if (!shown.length || press.ctrlKey) return;
  if (press.key === "ArrowDown" || press.key === "ArrowUp") chosen = (chosen + (press.key === "ArrowDown" ? 1 : -1) + shown.length) % shown.length;
  else if (press.key === "Enter" || press.key === "Tab") pick(chosen);
  else if (press.key === "Escape") hide();
  else return;
  press.preventDefault();
  press.stopPropagation();
  if (shown.length) mark();
}
