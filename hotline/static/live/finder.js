// Ctrl+K: what the knowledge base says, with its source and its days. Enter puts an answer into the box.

import * as api from "./api.js";
import { button, h } from "./dom.js";
import { dialog } from "./dialog.js";
import { insert } from "./composer.js";
import { openChat, openFile } from "./store.js";

const PAUSE_MS = 150;

/** Open the search; it begins with what the citizen asked last. */
export function openFinder() {
  const results = h("ol", { class: "found", "aria-label": "找到的条目" });
  const status = h("p", { class: "hint", role: "status" });
  const asked = h("input", { id: "find-box", type: "search", maxlength: "200", value: lastAsked(), autocomplete: "off" });
  const element = dialog("查知识", [h("label", { for: "find-box" }, "市民问什么"), asked, status, results], "", () => {
    results.querySelector("button")?.click();
    return false;
  });
  let timer = 0;
  asked.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(() => search(asked.value, results, status, element), PAUSE_MS);
  });
  asked.addEventListener("keydown", (press) => {
    if (press.key === "Enter") {
      press.preventDefault();
      results.querySelector("button")?.click();
    }
  });
  results.addEventListener("keydown", (press) => walk(press, results, asked));
  asked.addEventListener("keydown", (press) => walk(press, results, asked));
  asked.select();
  search(asked.value, results, status, element);
}

function lastAsked() {
  const events = [...(openFile()?.events.values() ?? [])].filter((event) => event.kind === "citizen").sort((a, b) => a.seq - b.seq);
  return events.at(-1)?.body.text.slice(0, 200) ?? openFile()?.context?.transcript.findLast?.((line) => line.who === "person")?.text.slice(0, 200) ?? "";
}

let newest = 0;

async function search(words, results, status, element) {
  const mine = ++newest;
  if (!words.trim()) {
    results.replaceChildren();
    status.textContent = "输入几个字就会出来。";
    return;
  }
  let found;
  try {
    const district = openChat()?.district ?? "";
    ({ found } = await api.get(`/desk/live/knowledge?text=${encodeURIComponent(words)}&district=${encodeURIComponent(district)}`));
  } catch {
    status.textContent = "知识库暂时没有回应，请再试一次。";
    return;
  }
  if (mine !== newest) return;
  results.replaceChildren(...found.map((each) => item(each, element)));
  status.textContent = found.length ? `${found.length}条。Enter 把第一条放进回复，上下键选别的。` : "没有找到，请换个说法。";
}

function item(each, element) {
  const answer = (openChat()?.language === "en" && each.english) || each.answer;
  const use = button("放进回复", () => {
    element.close();
    insert(answer);
  }, { class: "small" });
  return h("li", {},
    h("h3", {}, each.question, each.sure ? "" : "（不太确定）"),
    h("p", { class: "line-text" }, answer),
    h("p", { class: "hint" }, `来源：${each.source}${each.source_date ? `（${each.source_date}）` : ""}。${each.region}，${each.days}。`),
    use);
}

function walk(press, results, asked) {
  if (press.key !== "ArrowDown" && press.key !== "ArrowUp") return;
  const stops = [asked, ...results.querySelectorAll("button")];
  const at = stops.indexOf(document.activeElement);
  press.preventDefault();
  stops[Math.min(stops.length - 1, Math.max(0, at + (press.key === "ArrowDown" ? 1 : -1)))].focus();
}
