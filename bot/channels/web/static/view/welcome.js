// What stands at the beginning: who is talking, what can be asked, what happens to the words.

import { useState } from "../vendor/hooks.mjs";
import { words } from "../words.js";
import { html } from "./html.js";

export const Suggestions = ({ onSay }) => html`<div class="suggestions" role="group" aria-label="常问的问题">
  ${words.suggestions.map(
    (text) => html`<button type="button" class="suggestion" onClick=${(event) => onSay(text, event.detail === 0)}>${text}</button>`,
  )}
</div>`;

export function Forget({ onForget }) {
  const [state, setState] = useState("closed");
  if (state === "closed") {
    return html`<button type="button" class="quiet" onClick=${() => setState("asking")}>${words.forget.open}</button>`;
  }
  const forget = async () => setState((await onForget()) ? "closed" : "failed");
  return html`<span class="forget" role="status">
    ${state === "failed" ? words.forget.failed : words.forget.ask}
    <button type="button" class="quiet" onClick=${forget}>${words.forget.confirm}</button>
    <button type="button" class="quiet" onClick=${() => setState("closed")}>${words.forget.cancel}</button>
  </span>`;
}

export function Welcome({ isFresh, onSay, onForget }) {
  return html`<section class="welcome">
    <h2>您好，有什么可以帮您？</h2>
    <p>
      我是天府健康通的智能助手，能查健康码和核酸结果，找采样点，看风险区。想找人工，随时说“转人工”；
      <a class="phone" href="tel:12345">12345</a>热线白天晚上都有人接。
    </p>
    ${isFresh && html`<${Suggestions} onSay=${onSay} />`}
    <p class="note">
      证件号、手机号和姓名会加密保存，显示时打码，最多30天。${" "}
      ${!isFresh && html`<${Forget} onForget=${onForget} />`}
    </p>
  </section>`;
}
