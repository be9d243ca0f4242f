// The words of one message: paragraphs, list items, sources; phone numbers and addresses become links.

import { useState } from "../vendor/hooks.mjs";
import { pieces } from "../linkify.js";
import { words } from "../words.js";
import { html } from "./html.js";

const LONG = 400; // characters a reader sees, not those of addresses
const LONG_LINES = 14; // lines that begin something; indented ones belong to the line before
const FIRST = 160;
const STEP = 60; // characters of one step in large type
const ITEM = /^\s*(\d{1,2}[.、．]|[-•·])\s*(?=\D)(.+)$/;
const SOURCE = /^\s*[（(]?(?:来源|数据更新|数据时间|数据截至|名单更新|演示数据|依据|更新时间|Source|Data)/;

const INDENTED = /^(?: {2,}|\u3000)/;

const readable = (text) => text.replace(/https?:\S+/g, "----").length;

// In large type: one step at a time. An item of a list is a step with the lines below it; short lines go together.
export function steps(text) {
  const made = [];
  for (const line of [].concat(...text.split("\n").map(sentences))) {
    const last = made.length - 1;
    if (last >= 0 && belongs(line, made[last])) made[last] += `\n${line}`;
    else if (line.trim()) made.push(line);
  }
  return made;
}

const longest = (text) => (/[\u3400-\u9fff]/.test(text) ? STEP : 2 * STEP); // a Chinese character says more than a letter

const isWhole = (line) => line.length <= longest(line) || ITEM.test(line) || INDENTED.test(line) || /https?:/.test(line);

const SENTENCES = /(?:[^。！？.!?]|[.!?](?!\s))+[。！？.!?]*\s*/g;

const sentences = (line) => (isWhole(line) ? [line] : line.match(SENTENCES) || [line]);

function belongs(line, step) {
  if (INDENTED.test(line) || SOURCE.test(line) || /[：:]\s*$/.test(step)) return true;
  return !ITEM.test(line) && !ITEM.test(step.split("\n")[0]) && step.length + line.length <= longest(line);
}

// Splits a long answer after its first paragraphs: [shown at once, shown on 详细].
export function split(text) {
  const lines = text.split("\n");
  if (readable(text) <= LONG && lines.filter((line) => !INDENTED.test(line)).length <= LONG_LINES) return [text, ""];
  if (readable(lines[0]) > LONG) return splitSentence(lines);
  let shown = 1;
  let length = readable(lines[0]);
  while (shown < lines.length - 1 && (length + readable(lines[shown]) <= FIRST || INDENTED.test(lines[shown]))) {
    length += readable(lines[shown++]);
  }
  return [lines.slice(0, shown).join("\n"), lines.slice(shown).join("\n")];
}

function splitSentence([first, ...rest]) {
  const end = first.slice(FIRST).search(/[。！？；.!?]/);
  if (end < 0) return [[first, ...rest].join("\n"), ""];
  const cut = FIRST + end + 1;
  return [first.slice(0, cut), [first.slice(cut), ...rest].filter(Boolean).join("\n")];
}

function Piece({ piece }) {
  if (piece.kind === "text") return piece.text;
  if (piece.kind === "phone") return html`<a class="phone" href=${piece.href}>${piece.text}</a>`;
  return html`<a href=${piece.href} target="_blank" rel="noopener noreferrer">${piece.kind === "map" ? words.map : piece.text}</a>`;
}

// The link to a map reads 打开地图: a 地图 alone in front of it is not said twice.
const isRepeated = (piece, next) =>
  next && next.kind === "map" && piece.kind === "text" && /^\s*(?:地图|导航|Map)[:：]?\s*$/.test(piece.text);

const Linked = ({ text }) =>
  pieces(text)
    .filter((piece, index, all) => !isRepeated(piece, all[index + 1]))
    .map((piece) => html`<${Piece} piece=${piece} />`);

function Line({ line }) {
  const item = ITEM.exec(line);
  if (item) return html`<p class="item"><span>${item[1]} </span><span><${Linked} text=${item[2]} /></span></p>`;
  const kind = SOURCE.test(line) ? "source" : INDENTED.test(line) ? "under" : null;
  return html`<p class=${kind}><${Linked} text=${line} /></p>`;
}

export const Lines = ({ text }) =>
  text.split("\n").filter((line) => line.trim()).map((line) => html`<${Line} line=${line} />`);

function Steps({ text, onStep, children }) {
  const all = steps(text);
  const [count, setCount] = useState(1);
  const next = () => {
    setCount(count + 1);
    onStep(all[count]);
  };
  const left = all.length - count;
  return html`
    ${all.slice(0, count).map((step) => html`<${Lines} text=${step} />`)}
    ${left > 0 ? html`<button type="button" class="more" onClick=${next}>${words.next(left)}</button>` : children}
  `;
}

// onStep(text) is called with each further step the person asks for.
export function Words({ text, detail, large, onStep }) {
  if (!large) return html`<${Folded} text=${text} detail=${detail} />`;
  return html`<${Steps} text=${text} onStep=${onStep}>${detail && html`<${Folded} text="" detail=${detail} />`}<//>`;
}

function Folded({ text, detail }) {
  const [isOpen, setOpen] = useState(false);
  const [first, rest] = split(text);
  const hidden = [rest, detail].filter(Boolean).join("\n");
  return html`
    <${Lines} text=${first} />
    ${isOpen && html`<${Lines} text=${hidden} />`}
    ${hidden && html`<button type="button" class="more" aria-expanded=${String(isOpen)} onClick=${() => setOpen(!isOpen)}>
      ${isOpen ? words.brief : words.detail}
    </button>`}
  `;
}
