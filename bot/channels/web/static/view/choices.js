// Choices to tap below the newest answers.

import { words } from "../words.js";
import { html } from "./html.js";
import { PinIcon } from "./icons.js";

const unique = (buttons) => [...new Map(buttons.map((button) => [button.payload, button])).values()];

// The choices of everything said since the person last spoke: {buttons, asksLocation}.
export function openChoices(messages) {
  const lastMine = messages.map((message) => message.from).lastIndexOf("person");
  const newest = messages.slice(lastMine + 1);
  return {
    buttons: unique(newest.flatMap((message) => message.buttons || [])),
    asksLocation: newest.some((message) => message.custom?.kind === "ask_location"),
  };
}

// A keyboard user whose button goes away continues in the field; a finger must not wake the on-screen keyboard.
const byKeyboard = (event) => event.detail === 0;

export function Choices({ buttons, asksLocation, onChoose, onLocation }) {
  if (!buttons.length && !asksLocation) return null;
  return html`<div class="chips" role="group" aria-label="可以直接点">
    ${asksLocation &&
    html`<button type="button" class="chip" onClick=${onLocation}><${PinIcon} />${words.location.title}</button>`}
    ${buttons.map(
      (button) => html`<button
        type="button"
        class="chip"
        key=${button.payload}
        onClick=${(event) => onChoose(button, byKeyboard(event))}
      >
        ${button.title}
      </button>`,
    )}
  </div>`;
}
