// Where the person writes.

import { useEffect, useLayoutEffect, useRef, useState } from "../vendor/hooks.mjs";
import { words } from "../words.js";
import { html } from "./html.js";
import { MicrophoneIcon, PictureIcon, PinIcon } from "./icons.js";
import { stopReading } from "./speech.js";

const LIMIT = 500;
const MOST_LINES = 5;

function fit(field) {
  const style = getComputedStyle(field);
  const most = parseFloat(style.lineHeight) * MOST_LINES + parseFloat(style.paddingTop) * 2;
  field.style.height = "auto";
  field.style.height = `${Math.min(field.scrollHeight, most) + 2}px`;
}

export function Composer({ fieldRef, draft, large, onSay, onPrepare, onLocation, isLocating, onPicture, onVoice, given }) {
  const [text, setText] = useState(draft.text);
  const ownRef = useRef(null);
  const ref = fieldRef || ownRef;
  useLayoutEffect(() => fit(ref.current), [text, large]);
  useEffect(() => given && setText(given.text), [given]);
  useLayoutEffect(() => {
    if (draft.isFocused) ref.current.focus();
  }, []);

  const isTooLong = text.length > LIMIT;
  const send = (event) => {
    event.preventDefault();
    if (!text.trim() || isTooLong) return ref.current.focus();
    onSay(text.trim());
    setText("");
    ref.current.focus();
  };
  const onKeyDown = (event) => {
    const isComposing = event.isComposing || event.keyCode === 229; // Enter that ends a pinyin word is not "send"
    if (event.key === "Enter" && !event.shiftKey && !isComposing) send(event);
  };
  return html`<form class=${`composer ${onVoice ? "hears" : ""}`} onSubmit=${send} autocomplete="off">
    <button type="button" class="pin" aria-expanded=${String(isLocating)} onClick=${onLocation}>
      <${PinIcon} /><span>${words.location.open}</span>
    </button>
    <button type="button" class="pin" onClick=${onPicture}><${PictureIcon} /><span>${words.pictures.open}</span></button>
    ${onVoice && html`<button type="button" class="pin" onClick=${onVoice}><${MicrophoneIcon} /><span>${words.voice.open}</span></button>`}
    <div class="field">
      <label class="hidden" for="say">${words.label}</label>
      <textarea
        id="say"
        name="text"
        ref=${ref}
        rows="1"
        value=${text}
        placeholder=${words.placeholder}
        autocomplete="off"
        enterkeyhint="send"
        aria-invalid=${String(isTooLong)}
        aria-describedby=${isTooLong ? "say-limit" : null}
        onInput=${(event) => {
          stopReading();
          setText(event.target.value);
        }}
        onFocus=${onPrepare}
        onKeyDown=${onKeyDown}
      ></textarea>
      ${isTooLong && html`<p id="say-limit" class="limit" role="status">${words.tooLong(LIMIT, text.length)}</p>`}
    </div>
    <button type="submit" class="send" disabled=${isTooLong}>${words.send}</button>
  </form>`;
}
