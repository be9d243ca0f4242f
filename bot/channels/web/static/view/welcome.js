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

const Hotline = () => html`<a class="phone" href="tel:12345">12345</a>`;

const Introduction = ({ large }) =>
  large
    ? html`<p>我是智能助手，不是真人。想找人，点“转人工”，或者打<${Hotline} />，白天晚上都有人接。</p>`
    : html`<p>
        我是天府健康通的智能助手，能查健康码和核酸结果，找采样点，看风险区。想找人工，随时说“转人工”；
        <${Hotline} />热线白天晚上都有人接。
      </p>`;

export function Welcome({ isFresh, large, onSay, onForget }) {
  return html`<section class="welcome">
    <h2>您好，有什么可以帮您？</h2>
    <${Introduction} large=${large} />
    ${isFresh && html`<${Suggestions} onSay=${onSay} />`}
    <p class="note">
      证件号、手机号和姓名会加密保存，显示时打码，最多30天。${" "}
      ${!isFresh && html`<${Forget} onForget=${onForget} />`}
    </p>
  </section>`;
}
