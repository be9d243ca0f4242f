// Sending a picture: looked at first, sent on the second tap, with its progress; and one's own pictures in the log.

import { useEffect, useRef, useState } from "../vendor/hooks.mjs";
import { fetched, remember, remembered, shrunk } from "../picture.js";
import { words } from "../words.js";
import { html } from "./html.js";

function usePicture(file) {
  const [state, setState] = useState({ step: "preparing" });
  useEffect(() => {
    let isCurrent = true;
    setState({ step: "preparing" });
    shrunk(file).then(
      (picture) => isCurrent && setState(Object.assign({ step: "ready" }, picture)),
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

  const become = (change) => setState(Object.assign({}, state, change));
  const send = async () => {
    become({ step: "sending", progress: 0 });
    try {
      const id = await conversation.sendPicture(state.blob, (progress) => become({ step: "sending", progress }));
      remember(id, state.preview);
      onClose();
    } catch (error) {
      become({ step: "failed", reason: error.code });
    }
  };
  const status = state.step === "failed" ? words.pictures.failed[state.reason] || words.pictures.failed.network : words.pictures[state.step];
  return html`<section
    class="panel"
    role="dialog"
    tabindex="-1"
    ref=${panel}
    aria-labelledby="picture-title"
    aria-describedby="picture-status"
    onKeyDown=${(event) => {
      if (event.key !== "Escape" || isSending) return;
      event.preventDefault();
      onClose();
    }}
  >
    <h2 id="picture-title">${words.pictures.title}</h2>
    <p id="picture-status" role="status">${status}</p>
    ${state.preview && html`<img class="preview" src=${state.preview} alt=${words.pictures.preview} />`}
    ${isSending && html`<progress value=${state.progress} max="1" aria-label=${words.pictures.progress}>${Math.round(state.progress * 100)}%</progress>`}
    <div class="chips">
      ${(state.step === "ready" || state.step === "failed") &&
      html`<button type="button" class="chip strong" ref=${first} onClick=${send}>${state.step === "ready" ? words.pictures.send : words.again}</button>`}
      ${!isSending && html`<button type="button" class="chip" onClick=${onAnother}>${words.pictures.another}</button>`}
      ${!isSending && html`<button type="button" class="chip" onClick=${onClose}>${words.pictures.cancel}</button>`}
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
  return html`<img class="own" src=${address} alt=${words.pictures.own} />`;
}
