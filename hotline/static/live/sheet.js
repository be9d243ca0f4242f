// The keys of a page, and the sheet (`?`) that names each and turns them off for who uses others.

import { byId, h } from "./dom.js";
import { dialog } from "./dialog.js";
import { keepSetting, settingOf } from "./settings.js";

const SEND = "Ctrl+Enter";
const SHEET = "?";

/** Listen to `keys` (name, what it does, whether a press is it, what to do); `also` are rows of the sheet alone. */
export function beginSheet(keys, also) {
  const open = () => openSheet([...keys.map(([name, does]) => [name, does]), [SHEET, "打开这张表（光标不在输入框时）"], ...also]);
  const all = [...keys, [SHEET, "", (press) => press.key === SHEET && !writes(press.target), open]];
  document.addEventListener("keydown", (press) => heard(press, all));
  byId("open-sheet").addEventListener("click", open);
}

/** Sending, which each box has. */
export const sending = (box, form) => [SEND, "发送", (press) => press.ctrlKey && press.key === "Enter" && press.target === box, () => form.requestSubmit()];

function heard(press, keys) {
  if (press.isComposing || document.querySelector("dialog[open]")) return;
  const found = keys.find(([, , fits]) => fits(press));
  // Sending stays: the box has no other way to do it without leaving it.
  if (!found || (!settingOf("keys") && found[0] !== SEND)) return;
  press.preventDefault();
  found[3]();
}

const writes = (element) => element.matches("input, textarea, select");

function openSheet(rows) {
  const off = h("input", { type: "checkbox", id: "keys-on", checked: settingOf("keys"), on: { change: () => keepSetting("keys", off.checked) } });
  dialog("快捷键", [
    h("table", { class: "keys" }, h("tbody", {}, ...rows.map(([name, does]) => h("tr", {}, h("th", { scope: "row" }, name), h("td", {}, does))))),
    h("label", { class: "tick" }, off, ` 使用快捷键（${SEND} 一直可用）`),
  ], "", () => true);
}
