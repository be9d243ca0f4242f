// Reading aloud, where the phone itself has a Chinese voice; nothing leaves the device.

import { useEffect, useState } from "../vendor/hooks.mjs";
import { words } from "../words.js";
import { html } from "./html.js";

const localVoice = () =>
  window.speechSynthesis?.getVoices().find((voice) => voice.localService && /^zh|^cmn/i.test(voice.lang));

export function ReadAloud({ text }) {
  const [isReading, setReading] = useState(false);
  useEffect(() => () => isReading && speechSynthesis.cancel(), [isReading]);
  const voice = localVoice();
  if (!voice) return null;
  const toggle = () => {
    speechSynthesis.cancel();
    if (isReading) return setReading(false);
    const utterance = new SpeechSynthesisUtterance(text.replace(/https?:\S+/g, ""));
    utterance.voice = voice;
    utterance.rate = 0.9;
    utterance.onend = utterance.onerror = () => setReading(false);
    setReading(true);
    speechSynthesis.speak(utterance);
  };
  return html`<button type="button" class="read" onClick=${toggle}>${isReading ? words.stopReading : words.readAloud}</button>`;
}
