// Asks before a visit is registered: an address can be sent by anybody, only a tap is the person's own.

import { useEffect, useRef } from "../vendor/hooks.mjs";
import { words } from "../words.js";
import { html } from "./html.js";

export function ScannedPanel({ code, onRegister, onClose }) {
  const first = useRef(null);
  useEffect(() => first.current.focus(), [code]);
  return html`<section
    class="panel"
    role="dialog"
    aria-labelledby="scanned-title"
    aria-describedby="scanned-ask"
    onKeyDown=${(event) => {
      if (event.key !== "Escape") return;
      event.preventDefault();
      onClose();
    }}
  >
    <h2 id="scanned-title">${words.scanned.title}</h2>
    <p id="scanned-ask">${words.scanned.ask(code)}</p>
    <div class="chips">
      <button type="button" class="chip strong" ref=${first} onClick=${onRegister}>${words.scanned.register}</button>
      <button type="button" class="chip" onClick=${onClose}>${words.scanned.close}</button>
    </div>
  </section>`;
}
