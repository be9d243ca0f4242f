// One line of a talk, as it stands in the log.

import { h } from "./dom.js";
import { config } from "./config.js";
import { now } from "./store.js";
import { moment } from "./when.js";

const MARKS = { delivered: "已送达", held: "微信暂时不让发，先留着" };
const MENTION = /(@[A-Za-z0-9]{1,20})/;

/** Somebody's words: `kind` is how they look, `name` who says them, `mark` whether they have arrived. */
export function bubble(kind, name, text, at, mark = "", event = null) {
  return h(
    "article",
    { class: `speech ${kind}`, "data-seq": event?.seq },
    h("p", { class: "line-head" }, h("strong", {}, name), " ", h("span", { class: "at" }, moment(at, now())), mark && h("span", { class: "mark" }, mark)),
    h("p", { class: "line-text" }, ...marked(text)),
  );
}

/** Something that happened, in a line; nothing when there are no words for it. */
export const occurrence = (event, words) => (words ? h("p", { class: "happened" }, h("span", { class: "at" }, moment(event.at, now())), ` ${words}`) : null);

/** Return what tells of an event of ours whether it has reached the citizen's channel. */
export function arrivals(events) {
  const marks = new Map(events.filter((event) => event.body.what in MARKS).map((event) => [event.body.values.seq, MARKS[event.body.what]]));
  return (event) => marks.get(event.seq) ?? "已发出";
}

function marked(text) {
  return text.split(MENTION).map((part) => (MENTION.test(part) && part.startsWith("@") ? h("mark", { class: part === `@${config.agent}` ? "at-me" : "at-other" }, part) : part));
}
