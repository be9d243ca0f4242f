// Sending a picture: looked at first, sent on the second tap, with its progress; and one's own pictures in the log.

import { useEffect, useRef, useState } from "../vendor/hooks.mjs";
import { fetched, remember, remembered, shrunk } from "../picture.js";
import { words } from "../words.js";
import { html } from "./html.js";

const said = words.pictures;

function usePicture(file) {
  const [state, setState] = useState({ step: "preparing" });
  useEffect(() => {
    let isCurrent = true;
    setState({ step: "preparing" });
    shrunk(file).then(
      (picture) => isCurrent && setState({ step: "ready", ...picture }),
      () => isCurrent && setState({ step: "unreadable" }),
    );
    return () => (isCurrent = false);
  }, [file]);
  return [state, setState];
}

export function PicturePanel({ file, conversation, onClose, onAnother }) {
  const [state, setState] = usePicture(file);
  const panel = useRef(null);
  const first = useRef(null);
  const isSending = state.step === "sending";
  useEffect(() => (first.current || panel.current).focus(), [state.step]);

  const send = async () => {
    setState({ ...state, step: "sending", progress: 0 });
    try {
      const id = await conversation.sendPicture(state.blob, (progress) => setState({ ...state, step: "sending", progress }));
      remember(id, state.preview);
      onClose();
    } catch (error) {
      setState({ ...state, step: "failed", reason: error.code });
    }
  };
  const status = state.step === "failed" ? said.failed[state.reason] || said.failed.network : said[state.step];
  return html`<section
    class="panel"
    role="dialog"
    tabindex="-1"
    ref=${panel}
    aria-labelledby="picture-title"
    aria-describedby="picture-status"
    onKeyDown=${(event) => event.key === "Escape" && !isSending && onClose()}
  >
    <h2 id="picture-title">${said.title}</h2>
    <p id="picture-status" role="status">${status}</p>
    ${state.preview && html`<img class="preview" src=${state.preview} alt=${said.preview} />`}
    ${isSending && html`<progress value=${state.progress} max="1" aria-label=${said.progress}>${Math.round(state.progress * 100)}%</progress>`}
    <div class="chips">
      ${(state.step === "ready" || state.step === "failed") &&
      html`<button type="button" class="chip strong" ref=${first} onClick=${send}>${state.step === "ready" ? said.send : words.again}</button>`}
      ${!isSending && html`<button type="button" class="chip" onClick=${onAnother}>${said.another}</button>`}
      ${!isSending && html`<button type="button" class="chip" onClick=${onClose}>${said.cancel}</button>`}
    </div>
  </section>`;
}

// A picture the person has sent: only this conversation can fetch it.
export function OwnPicture({ id, conversation, text }) {
  const [address, setAddress] = useState(remembered(id));
  useEffect(() => {
    if (address) return;
    conversation
      .fetchPicture(id)
      .then(fetched)
      .then((found) => {
        remember(id, found);
        setAddress(found);
      })
      .catch(() => {}); // its time is over: the words remain
  }, [id]);
  if (!address) return html`<p>${text}</p>`;
  return html`<img class="own" src=${address} alt=${said.own} />`;
}
