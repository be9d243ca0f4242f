// The words of one message: paragraphs, list items, sources; phone numbers and addresses become links.

import { useState } from "../vendor/hooks.mjs";
import { pieces } from "../linkify.js";
import { words } from "../words.js";
import { html } from "./html.js";

const LONG = 220;
const LONG_LINES = 9;
const FIRST = 110;
const ITEM = /^\s*(?:\d{1,2}[.、．]|[-•·])\s*/;
const SOURCE = /^\s*[（(]?(?:来源|数据更新|数据时间|数据截至|依据|更新时间|Source|Data)/;

// Splits a long answer after its first paragraphs: [shown at once, shown on 详细].
export function split(text) {
  const lines = text.split("\n");
  if (text.length <= LONG && lines.length <= LONG_LINES) return [text, ""];
  let shown = 1;
  let length = lines[0].length;
  while (shown < lines.length - 1 && shown < LONG_LINES - 3 && length + lines[shown].length <= FIRST) {
    length += lines[shown++].length;
  }
  if (shown === 1 && lines[0].length > LONG) return splitSentence(lines);
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

function Line({ line }) {
  const kind = SOURCE.test(line) ? "source" : ITEM.test(line) ? "item" : null;
  return html`<p class=${kind}>${pieces(line).map((piece) => html`<${Piece} piece=${piece} />`)}</p>`;
}

export const Lines = ({ text }) =>
  text.split("\n").filter((line) => line.trim()).map((line) => html`<${Line} line=${line} />`);

export function Words({ text, detail }) {
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
