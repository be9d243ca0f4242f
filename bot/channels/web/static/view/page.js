// The whole page.

import { useEffect, useRef, useState } from "../vendor/hooks.mjs";
import { onClose } from "../embedding.js";
import { takeScanned } from "../scanned.js";
import { canRecord } from "../voice.js";
import { words } from "../words.js";
import { Choices, openChoices } from "./choices.js";
import { Composer } from "./composer.js";
import { Header, Switches } from "./header.js";
import { html } from "./html.js";
import { LocationPanel } from "./location.js";
import { Log } from "./log.js";
import { PicturePanel } from "./picture.js";
import { ScannedPanel } from "./scanned.js";
import { read, stopReading } from "./speech.js";
import { VoicePanel } from "./voice.js";
import { Welcome } from "./welcome.js";
import { steps } from "./words.js";

const BAR_DELAY = 1500; // a short break is nobody's worry

// The venue whose poster has opened this page, or opens it again while it is there.
function useScanned() {
  const [code, setCode] = useState(takeScanned);
  useEffect(() => {
    const look = () => setCode((before) => takeScanned() || before);
    addEventListener("hashchange", look);
    return () => removeEventListener("hashchange", look);
  }, []);
  return [code, () => setCode(null)];
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

function useEscape(onEscape) {
  useEffect(() => {
    if (!onEscape) return undefined;
    const onKeyDown = (event) => event.key === "Escape" && !event.defaultPrevented && onEscape();
    addEventListener("keydown", onKeyDown);
    return () => removeEventListener("keydown", onKeyDown);
  }, []);
}

function readLastAnswer({ messages }) {
  const last = messages[messages.length - 1];
  if (last && last.from !== "person" && last.text) read(last.id, steps(last.text)[0]);
}

export function Page({ conversation, looks, draft }) {
  const field = useRef(null);
  const [isLocating, setLocating] = useState(false);
  const [picture, setPicture] = useState(null);
  const [isSpeaking, setSpeaking] = useState(false);
  const [given, setGiven] = useState(null);
  const picker = useRef(null);
  const [scanned, forgetScanned] = useScanned();
  useEscape(onClose);

  const say = (text, byKeyboard) => {
    stopReading();
    conversation.sayText(text);
    if (byKeyboard) field.current.focus();
  };
  const choose = (button, byKeyboard) => {
    stopReading();
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
  const closeVoice = () => {
    setSpeaking(false);
    field.current.focus({ preventScroll: true });
  };
  const sayHeard = (text) => {
    closeVoice();
    conversation.sayText(text);
  };
  const typeHeard = (text) => {
    setGiven({ text });
    closeVoice();
  };
  const closeScanned = () => {
    forgetScanned();
    field.current.focus({ preventScroll: true });
  };
  const registerVisit = () => {
    closeScanned();
    conversation.sayText(words.scanned.said(scanned));
  };
  const sendPosition = (lat, lon) => {
    setLocating(false);
    conversation.sharePosition(lat, lon);
  };

  const isFresh = conversation.loaded && !conversation.messages.length && !conversation.pending.length;
  const welcome =
    conversation.loaded &&
    !conversation.more &&
    html`<${Welcome} isFresh=${isFresh} large=${looks.large} onSay=${say} onForget=${() => conversation.forget()}>
      ${looks.large && html`<div class="switches"><${Switches} looks=${looks} /></div>`}
    <//>`;
  const choices = html`<${Choices}
    ...${openChoices(conversation.messages)}
    onChoose=${choose}
    onLocation=${() => setLocating(true)}
    onPicture=${pick}
  />`;

  return html`<div class="page">
    <${Header} looks=${looks} onClose=${onClose} lastAnswer=${() => readLastAnswer(conversation)} />
    <${Bar} line=${conversation.line} expired=${conversation.expired} />
    <${Log} conversation=${conversation} looks=${looks} welcome=${welcome} choices=${choices} />
    <footer class="foot">
      <div class="column">
        ${scanned && html`<${ScannedPanel} code=${scanned} onRegister=${registerVisit} onClose=${closeScanned} />`}
        ${isLocating && html`<${LocationPanel} onPosition=${sendPosition} onClose=${closeLocation} />`}
        ${isSpeaking &&
        html`<${VoicePanel} conversation=${conversation} onSay=${sayHeard} onType=${typeHeard} onClose=${closeVoice} />`}
        ${picture &&
        html`<${PicturePanel} file=${picture} conversation=${conversation} onClose=${closePicture} onAnother=${pick} />`}
        <input class="hidden" type="file" accept="image/*" tabindex="-1" aria-hidden="true" ref=${picker} onChange=${onPicked} />
        <${Composer}
          fieldRef=${field}
          draft=${draft}
          large=${looks.large}
          onSay=${(text) => say(text, false)}
          onPrepare=${() => conversation.prepare()}
          onLocation=${() => setLocating(!isLocating)}
          isLocating=${isLocating}
          onPicture=${pick}
          onVoice=${canRecord() ? () => setSpeaking(true) : null}
          given=${given}
        />
      </div>
    </footer>
  </div>`;
}
