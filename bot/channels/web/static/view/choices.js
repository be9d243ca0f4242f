// Choices to tap below the newest answers.

import { words } from "../words.js";
import { html } from "./html.js";
import { PictureIcon, PinIcon } from "./icons.js";

const keyOf = (button) => button.payload || button.url;
const unique = (buttons) => [...new Map(buttons.map((button) => [keyOf(button), button])).values()];

// The assistant asks for a position or a picture with a button of its own; here that button asks the phone.
const isLocation = (button) => /^~\/share_location(?:\{\})?~/.test(button.payload || "");
const isPicture = (button) => /^~\/send_picture(?:\{\})?~/.test(button.payload || "");

// The choices of everything said since the person last spoke: {buttons, asksLocation, asksPicture}.
export function openChoices(messages) {
  const lastMine = messages.map((message) => message.from).lastIndexOf("person");
  const newest = messages.slice(lastMine + 1);
  const all = unique([].concat(...newest.map((message) => message.buttons || [])));
  const isAsked = newest.some((message) => message.custom && message.custom.kind === "ask_location");
  return {
    buttons: all.filter((button) => !isLocation(button) && !isPicture(button)),
    asksLocation: isAsked || all.some(isLocation),
    asksPicture: all.some(isPicture),
  };
}

// A keyboard user whose button goes away continues in the field; a finger must not wake the on-screen keyboard.
const byKeyboard = (event) => event.detail === 0;

const isAddress = (url) => /^(?:tel:[\d-]+|https?:\/\/.+|\/media\/med_[a-z2-7]{26})$/.test(url);

// A quick answer puts its choices where the last ones were: the second half of a double tap must not choose among them.
const DOUBLE_TAP = 400; // milliseconds
const SAME_PLACE = 30; // pixels
let lastTap = { at: 0, x: 0, y: 0 };

function isSecondHalf(event) {
  const before = lastTap;
  lastTap = { at: Date.now(), x: event.clientX, y: event.clientY };
  const isNear = Math.abs(lastTap.x - before.x) < SAME_PLACE && Math.abs(lastTap.y - before.y) < SAME_PLACE;
  return !byKeyboard(event) && isNear && lastTap.at - before.at < DOUBLE_TAP;
}

function Choice({ button, onChoose }) {
  if (!button.url) {
    const onTap = (event) => isSecondHalf(event) || onChoose(button, byKeyboard(event));
    return html`<button type="button" class="chip" onClick=${onTap}>${button.title}</button>`;
  }
  if (!isAddress(button.url)) return null;
  return html`<a class="chip" href=${button.url} target=${button.url.startsWith("tel:") ? null : "_blank"} rel="noopener noreferrer">${button.title}</a>`;
}

export function Choices({ buttons, asksLocation, asksPicture, onChoose, onLocation, onPicture }) {
  if (!buttons.length && !asksLocation && !asksPicture) return null;
  return html`<div class="chips" role="group" aria-label=${words.tap}>
    ${asksLocation &&
    html`<button type="button" class="chip" onClick=${onLocation}><${PinIcon} />${words.location.title}</button>`}
    ${asksPicture &&
    html`<button type="button" class="chip" onClick=${onPicture}><${PictureIcon} />${words.pictures.title}</button>`}
    ${buttons.map((button) => html`<${Choice} key=${keyOf(button)} button=${button} onChoose=${onChoose} />`)}
  </div>`;
}
