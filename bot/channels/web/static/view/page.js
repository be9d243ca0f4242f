// The whole page.

import { useEffect, useRef, useState } from "../vendor/hooks.mjs";
import { words } from "../words.js";
import { Choices, openChoices } from "./choices.js";
import { Composer } from "./composer.js";
import { html } from "./html.js";
import { PhoneIcon } from "./icons.js";
import { LocationPanel } from "./location.js";
import { Log } from "./log.js";
import { PicturePanel } from "./picture.js";
import { Welcome } from "./welcome.js";

const BAR_DELAY = 1500; // a short break is nobody's worry

function Header({ large, onLarge }) {
  return html`<header class="top">
    <div class="brand">
      <img src=${document.documentElement.dataset.icon} alt="" width="32" height="32" />
      <h1>天府健康通<span>智能助手</span></h1>
    </div>
    <div class="tools">
      <button type="button" class="tool" aria-pressed=${String(large)} onClick=${() => onLarge(!large)}>长辈版</button>
      <a class="tool call" href="tel:12345" aria-label="拨打12345热线"><${PhoneIcon} />12345</a>
    </div>
  </header>`;
}

function useOnline() {
  const [isOnline, setOnline] = useState(navigator.onLine);
  useEffect(() => {
    const update = () => setOnline(navigator.onLine);
    addEventListener("online", update);
    addEventListener("offline", update);
    return () => {
      removeEventListener("online", update);
      removeEventListener("offline", update);
    };
  }, []);
  return isOnline;
}

function Bar({ line, expired }) {
  const isOnline = useOnline();
  const trouble = !isOnline ? "offline" : line === "waiting" || line === "connecting" ? "waiting" : null;
  const [shown, setShown] = useState(null);
  useEffect(() => {
    const timer = setTimeout(() => setShown(trouble), trouble === null || trouble === "offline" ? 0 : BAR_DELAY);
    return () => clearTimeout(timer);
  }, [trouble]);
  const said = shown || (expired ? "expired" : null);
  return html`<p class=${`bar ${said ? "shown" : ""}`} role="status">${said && words.bar[said]}</p>`;
}

export function Page({ conversation }) {
  const field = useRef(null);
  const [isLocating, setLocating] = useState(false);
  const [picture, setPicture] = useState(null);
  const picker = useRef(null);
  useEffect(() => {
    document.documentElement.dataset.type = conversation.large ? "large" : "normal";
  }, [conversation.large]);

  const say = (text, byKeyboard) => {
    conversation.sayText(text);
    if (byKeyboard) field.current.focus();
  };
  const choose = (button, byKeyboard) => {
    conversation.choose(button);
    if (byKeyboard) field.current.focus();
  };
  const closeLocation = () => {
    setLocating(false);
    field.current.focus({ preventScroll: true });
  };
  const pick = () => picker.current.click();
  const onPicked = (event) => {
    const [file] = event.target.files;
    event.target.value = ""; // the same picture may be picked again
    if (!file) return;
    setLocating(false);
    setPicture(file);
    conversation.prepare();
  };
  const closePicture = () => {
    setPicture(null);
    field.current.focus({ preventScroll: true });
  };
  const sendPosition = (lat, lon) => {
    setLocating(false);
    conversation.sharePosition(lat, lon);
  };

  const isFresh = conversation.loaded && !conversation.messages.length && !conversation.pending.length;
  const welcome =
    conversation.loaded &&
    !conversation.more &&
    html`<${Welcome} isFresh=${isFresh} large=${conversation.large} onSay=${say} onForget=${() => conversation.forget()} />`;
  const choices = html`<${Choices}
    ...${openChoices(conversation.messages)}
    onChoose=${choose}
    onLocation=${() => setLocating(true)}
    onPicture=${pick}
  />`;

  return html`<div class="page">
    <${Header} large=${conversation.large} onLarge=${(large) => conversation.setLarge(large)} />
    <${Bar} line=${conversation.line} expired=${conversation.expired} />
    <${Log} conversation=${conversation} welcome=${welcome} choices=${choices} />
    <footer class="foot">
      <div class="column">
        ${isLocating && html`<${LocationPanel} onPosition=${sendPosition} onClose=${closeLocation} />`}
        ${picture &&
        html`<${PicturePanel} file=${picture} conversation=${conversation} onClose=${closePicture} onAnother=${pick} />`}
        <input class="hidden" type="file" accept="image/*" tabindex="-1" aria-hidden="true" ref=${picker} onChange=${onPicked} />
        <${Composer}
          fieldRef=${field}
          large=${conversation.large}
          onSay=${(text) => conversation.sayText(text)}
          onPrepare=${() => conversation.prepare()}
          onLocation=${() => setLocating(!isLocating)}
          isLocating=${isLocating}
          onPicture=${pick}
        />
      </div>
    </footer>
  </div>`;
}
