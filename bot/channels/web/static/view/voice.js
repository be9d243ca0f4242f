// Saying it instead of writing it: what was understood is shown first and sent on the second tap.

import { useEffect, useRef, useState } from "../vendor/hooks.mjs";
import { record } from "../voice.js";
import { words } from "../words.js";
import { html } from "./html.js";

function useRecording(conversation, round) {
  const [state, setState] = useState({ step: "asking" });
  const running = useRef(null);
  useEffect(() => {
    let isCurrent = true;
    const show = (next) => isCurrent && setState(next);
    const listen = async () => {
      show({ step: "asking" });
      let recording;
      try {
        recording = await record();
      } catch (error) {
        return show({ step: "failed", reason: "denied" });
      }
      running.current = recording;
      if (!isCurrent) return recording.cancel();
      show({ step: "listening" });
      const blob = await recording.recording;
      if (!blob) return;
      show({ step: "hearing" });
      try {
        show({ step: "heard", text: await conversation.hear(blob) });
      } catch (error) {
        show({ step: "failed", reason: error.code });
      }
    };
    listen();
    return () => {
      isCurrent = false;
      if (running.current) running.current.cancel();
    };
  }, [round]);
  return [state, () => running.current && running.current.stop()];
}

export function VoicePanel({ conversation, onSay, onType, onClose }) {
  const [round, setRound] = useState(0);
  const [state, stop] = useRecording(conversation, round);
  const panel = useRef(null);
  const first = useRef(null);
  useEffect(() => (first.current || panel.current).focus(), [state.step]);

  const isOver = state.step === "heard" || state.step === "failed";
  const status = state.step === "failed" ? words.voice.failed[state.reason] || words.voice.failed.network : words.voice[state.step];
  return html`<section
    class="panel"
    role="dialog"
    tabindex="-1"
    ref=${panel}
    aria-labelledby="voice-title"
    aria-describedby="voice-status"
    onKeyDown=${(event) => event.key === "Escape" && onClose()}
  >
    <h2 id="voice-title">${words.voice.title}</h2>
    <p id="voice-status" role="status">${status}${state.text}</p>
    <div class="chips">
      ${state.step === "listening" && html`<button type="button" class="chip strong" ref=${first} onClick=${stop}>${words.voice.done}</button>`}
      ${state.step === "heard" &&
      html`<button type="button" class="chip strong" ref=${first} onClick=${() => onSay(state.text)}>${words.voice.right}</button>`}
      ${isOver && html`<button type="button" class="chip" onClick=${() => setRound(round + 1)}>${words.voice.again}</button>`}
      ${isOver && html`<button type="button" class="chip" onClick=${() => onType(state.text || "")}>${words.voice.type}</button>`}
      ${!isOver && html`<button type="button" class="chip" onClick=${onClose}>${words.voice.cancel}</button>`}
      ${state.step === "failed" && html`<a class="chip" href="tel:12345">12345</a>`}
    </div>
  </section>`;
}
