// Two short tones when a chat is offered. Made here, so no file is fetched; off until the agent turns it on.

import { byId } from "./dom.js";
import { keepSetting, settingOf } from "./settings.js";

let audio = null;

/** Let the button turn the sound on and off. */
export function offerSound() {
  const press = byId("sound");
  const show = () => {
    press.setAttribute("aria-pressed", String(settingOf("sound")));
    press.textContent = settingOf("sound") ? "声音：开" : "声音：关";
  };
  press.addEventListener("click", () => {
    keepSetting("sound", !settingOf("sound"));
    show();
    ring();
  });
  show();
}

/** Sound, when it is on. */
export function ring() {
  if (!settingOf("sound")) return;
  audio ??= new AudioContext();
  [880, 1175].forEach((pitch, at) => tone(pitch, audio.currentTime + at * 0.18));
}

function tone(pitch, start) {
  const voice = audio.createOscillator();
  const volume = audio.createGain();
  voice.frequency.value = pitch;
  volume.gain.setValueAtTime(0.15, start);
  volume.gain.exponentialRampToValueAtTime(0.001, start + 0.16);
  voice.connect(volume).connect(audio.destination);
  voice.start(start);
  voice.stop(start + 0.17);
}
