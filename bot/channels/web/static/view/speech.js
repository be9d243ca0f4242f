// Reading aloud, where the phone itself has a voice for the language; nothing leaves the device.

import { useEffect, useState } from "../vendor/hooks.mjs";
import { words } from "../words.js";
import { html } from "./html.js";

const synthesis = window.speechSynthesis;
const listeners = new Set();
let reading = null; // what is being read: a message's id

function become(id) {
  reading = id;
  listeners.forEach((listener) => listener());
}

const languageOf = (text) => (/[\u3400-\u9fff]/.test(text) ? /^(?:zh|cmn)/i : /^en/i);

// A voice that is not local would send the words to somebody else's server.
const voiceFor = (text) =>
  synthesis && synthesis.getVoices().find((voice) => voice.localService && languageOf(text).test(voice.lang));

export const canRead = (text) => Boolean(voiceFor(text));

export function stopReading() {
  if (reading === null) return;
  become(null);
  synthesis.cancel();
}

// Reads text as (a part of) message id, after what is being read of the same message; other messages fall silent.
export function read(id, text) {
  const voice = voiceFor(text);
  if (!voice) return;
  if (reading !== id) stopReading();
  const utterance = new SpeechSynthesisUtterance(text.replace(/https?:\S+/g, ""));
  utterance.voice = voice;
  utterance.lang = voice.lang;
  utterance.rate = 0.9;
  utterance.onend = utterance.onerror = () => reading === id && !synthesis.pending && become(null);
  become(id);
  synthesis.speak(utterance);
}

// Draws anew when a voice arrives (they come late) or reading begins or ends; returns the id being read.
export function useReading() {
  const [, redraw] = useState(0);
  useEffect(() => {
    const changed = () => redraw((count) => count + 1);
    listeners.add(changed);
    if (synthesis && synthesis.addEventListener) synthesis.addEventListener("voiceschanged", changed);
    return () => {
      listeners.delete(changed);
      if (synthesis && synthesis.removeEventListener) synthesis.removeEventListener("voiceschanged", changed);
    };
  }, []);
  return reading;
}

export function ReadAloud({ id, text }) {
  const isReading = useReading() === id;
  if (!canRead(text)) return null;
  const toggle = () => (isReading ? stopReading() : read(id, text));
  return html`<button type="button" class="read" aria-pressed=${String(isReading)} onClick=${toggle}>
    ${isReading ? words.stopReading : words.readAloud}
  </button>`;
}

// The first answer after something was said is read by itself when the person has switched that on.
export function useReadingNews(messages, isOn, firstPart) {
  const last = messages.length ? messages[messages.length - 1].seq : 0;
  const [known] = useState({ seq: null });
  useEffect(() => {
    const news = known.seq === null ? [] : messages.filter((m) => m.seq > known.seq && m.from !== "person" && m.text);
    if (messages.length || known.seq !== null) known.seq = last;
    if (isOn && news.length) news.slice(0, 1).forEach((message) => read(message.id, firstPart(message.text)));
  }, [last]);
}
