// Sharing a position: said what for, asked only on the second tap, kept nowhere.

import { useEffect, useRef, useState } from "../vendor/hooks.mjs";
import { words } from "../words.js";
import { html } from "./html.js";

const OPTIONS = { enableHighAccuracy: true, timeout: 12000, maximumAge: 60000 };
const DENIED = 1;

export function LocationPanel({ onPosition, onClose }) {
  const [state, setState] = useState("asking");
  const first = useRef(null);
  useEffect(() => first.current.focus(), []);

  const locate = () => {
    if (!navigator.geolocation) return setState("failed");
    setState("searching");
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => onPosition(coords.latitude, coords.longitude),
      (error) => setState(error.code === DENIED ? "denied" : "failed"),
      OPTIONS,
    );
  };
  const isOver = state === "denied" || state === "failed";
  return html`<section
    class="panel"
    role="dialog"
    aria-labelledby="location-title"
    aria-describedby="location-why"
    onKeyDown=${(event) => {
      if (event.key !== "Escape") return;
      event.preventDefault();
      onClose();
    }}
  >
    <h2 id="location-title">${words.location.title}</h2>
    <p id="location-why" role="status">${words.location[state] || words.location.why}</p>
    <div class="chips">
      ${!isOver &&
      html`<button type="button" class="chip strong" ref=${first} disabled=${state === "searching"} onClick=${locate}>
        ${words.location.confirm}
      </button>`}
      <button type="button" class="chip" onClick=${onClose}>${words.location.cancel}</button>
    </div>
  </section>`;
}
