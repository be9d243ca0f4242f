// One whole value of a case for a minute: why it is looked at is written down before it is fetched.

import * as api from "./api.js";
import { h } from "./dom.js";
import { config } from "./config.js";
import { dialog } from "./dialog.js";
import { refusal, LOST } from "./words.js";

/** Ask which value, and why; then show it. Without a number the citizen has told one: an appeal, an older order. */
export function openReveal(known, choices) {
  const number = h("input", { id: "reveal-number", required: true, pattern: "[A-Z]{2,4}[0-9]{8}-[0-9]{6}", placeholder: "JKT20220905-000001", value: known, readonly: known !== "", autocomplete: "off" });
  const field = select("reveal-field", choices.fields);
  const purpose = select("reveal-purpose", choices.purposes);
  const note = h("input", { id: "reveal-note", required: true, minlength: choices.least, maxlength: choices.most, autocomplete: "off" });
  const fault = h("p", { class: "fault", role: "alert" });
  const body = [
    h("p", {}, `一次只显示一项，${config.reveal_s}秒后自动隐藏。谁看了、为什么看，本人能查到，班长和审计员每天复核。`),
    h("label", { for: "reveal-number" }, "工单或申诉编号"), number,
    h("label", { for: "reveal-field" }, "看哪一项"), field,
    h("label", { for: "reveal-purpose" }, "为什么要看"), purpose,
    h("label", { for: "reveal-note" }, "具体原因（不要写姓名和号码）"), note, fault,
  ];
  dialog("看一项完整信息", body, `显示${config.reveal_s}秒`, async () => {
    try {
      const shown = await api.post(`/desk/live/reveals/${encodeURIComponent(number.value)}`, { field: field.value, purpose: purpose.value, note: note.value });
      show(shown, number.value);
      return true;
    } catch (error) {
      fault.textContent = error instanceof api.Refused ? (error.problem.sentence ?? refusal(error)) : LOST;
      return false;
    }
  });
}

function select(id, options) {
  return h("select", { id, required: true }, h("option", { value: "" }, "请选择"), ...options.map(([value, label]) => h("option", { value }, label)));
}

function show(shown, number) {
  const left = h("p", { class: "hint", role: "timer", "aria-live": "off" });
  const element = dialog(shown.label, [
    h("p", { class: "value" }, shown.value),
    h("p", { class: "hint" }, `${number}。请不要拍照、抄录或转发。`),
    left,
    h("div", { class: "watermark", "aria-hidden": "true" }, ...Array.from({ length: 18 }, () => h("span", { "data-mark": shown.mark }))),
  ], "", () => true);
  element.classList.add("marked");
  const until = Date.now() + shown.seconds * 1000;
  const count = () => {
    const rest = Math.ceil((until - Date.now()) / 1000);
    if (rest <= 0) element.close();
    else left.textContent = `还有${rest}秒自动隐藏`;
  };
  const timer = setInterval(count, 500);
  element.addEventListener("close", () => clearInterval(timer));
  count();
}
