// What stands at the beginning: who is talking, what can be asked, what happens to the words.

import { useState } from "../vendor/hooks.mjs";
import { words } from "../words.js";
import { html } from "./html.js";

export const Suggestions = ({ onSay }) => html`<div class="suggestions" role="group" aria-label=${words.often}>
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

function Introduction({ large }) {
  const [before, after] = large ? words.introductionLarge : words.introduction;
  return html`<p>${before}<a class="phone" href="tel:12345">12345</a>${after}</p>`;
}

export function Welcome({ isFresh, large, onSay, onForget, children }) {
  return html`<section class="welcome">
    <h2>${words.welcome}</h2>
    <${Introduction} large=${large} />
    ${isFresh && html`<${Suggestions} onSay=${onSay} />`}
    <p class="note">
      ${words.privacy}${" "}
      ${!isFresh && html`<${Forget} onForget=${onForget} />`}
    </p>
    ${children}
  </section>`;
}
