// The head of the page: who it is, how it looks, the hotline.

import { words } from "../words.js";
import { html } from "./html.js";
import { CloseIcon, MoonIcon, PhoneIcon } from "./icons.js";
import { canRead, stopReading, useReading } from "./speech.js";

const Switch = ({ isOn, onChange, children, label }) => html`<button
  type="button"
  class="tool"
  aria-pressed=${String(isOn)}
  aria-label=${label}
  title=${label}
  onClick=${() => onChange(!isOn)}
>${children}</button>`;

function Aloud({ looks, lastAnswer }) {
  useReading();
  if (!canRead(words.aloud)) return null;
  const change = (aloud) => {
    stopReading();
    looks.set({ aloud });
    if (aloud) lastAnswer(); // phones speak by themselves only after they have spoken on a tap
  };
  return html`<${Switch} isOn=${looks.aloud} onChange=${change}>${words.aloud}<//>`;
}

// Language and colours: in the head, or at the beginning of the conversation where large type leaves no room for them.
export function Switches({ looks }) {
  const { code, label, name } = words.other;
  return html`<button type="button" class="tool" lang=${code} title=${name} aria-label=${name} onClick=${() => looks.set({ language: code })}>
      ${looks.large ? name : label}
    </button>
    <${Switch} isOn=${looks.dark} onChange=${() => looks.toggleDark()} label=${words.dark}>
      <${MoonIcon} />${looks.large && html`<span>${words.dark}</span>`}
    <//>`;
}

export function Header({ looks, onClose, lastAnswer }) {
  return html`<header class="top">
    <div class="brand">
      <img src=${document.documentElement.dataset.icon} alt="" width="32" height="32" />
      <h1>${words.name}<span>${words.kind}</span></h1>
    </div>
    <div class="tools">
      <${Switch} isOn=${looks.large} onChange=${(large) => looks.set({ large })} label=${words.large}>${words.largeLabel}<//>
      ${looks.large ? html`<${Aloud} looks=${looks} lastAnswer=${lastAnswer} />` : html`<${Switches} looks=${looks} />`}
      <a class="tool call" href="tel:12345" aria-label=${words.call}><${PhoneIcon} /><span>12345</span></a>
      ${onClose &&
      html`<button type="button" class="tool" aria-label=${words.close} title=${words.close} onClick=${onClose}><${CloseIcon} /></button>`}
    </div>
  </header>`;
}
