// One message in the log, ours or theirs, delivered or still under way.

import { safePicture } from "../linkify.js";
import { timeLabel } from "../when.js";
import { words } from "../words.js";
import { html } from "./html.js";
import { OwnPicture } from "./picture.js";
import { ReadAloud, read } from "./speech.js";
import { Words } from "./words.js";

function Picture({ address, alt }) {
  const src = safePicture(address, location.href);
  if (!src) return null;
  return html`<figure>
    <img class="picture" src=${src} alt=${alt || words.picture} />
    <figcaption><a href=${src} download=${words.pictureFile}>${words.savePicture}</a></figcaption>
  </figure>`;
}

export function Message({ message, looks, conversation }) {
  const isMine = message.from === "person";
  const sender = isMine ? words.me : words.senders[message.from] || words.senders.assistant;
  const custom = message.custom || {};
  const readStep = (step) => looks.aloud && read(message.id, step);
  const isNamed = message.from === "agent" || message.from === "notice";
  return html`<article class=${`message ${isMine ? "mine" : "theirs"} ${message.from}`} data-seq=${message.seq}>
    <div class="words">
      <span class=${isNamed ? "sender" : "hidden"}>${sender}<span class="hidden">${words.colon}</span></span>
      ${message.picture
        ? html`<${OwnPicture} id=${message.picture} conversation=${conversation} text=${message.text} />`
        : message.text &&
          html`<${Words} text=${message.text} detail=${custom.detail} large=${looks.large && !isMine} onStep=${readStep} />`}
      ${message.image && html`<${Picture} address=${message.image} alt=${custom.alt} />`}
    </div>
    <p class="when">
      <time datetime=${message.at}>${timeLabel(message.at)}</time>
      ${looks.large && !isMine && message.text && html`<${ReadAloud} id=${message.id} text=${message.text} />`}
    </p>
  </article>`;
}

export function Pending({ message, isOpen, onAgain }) {
  const named = { location: words.location.pending, image: words.pictures.pending };
  const shown = named[message.kind] || message.title || message.text;
  const state = message.state === "failed" ? "failed" : !isOpen && message.state === "waiting" ? "waiting" : "under-way";
  return html`<article class=${`message mine pending ${state}`}>
    <div class="words">
      <span class="hidden">${words.me}${words.colon}</span>
      ${shown.split("\n").map((line) => html`<p>${line}</p>`)}
    </div>
    ${state === "waiting" && html`<p class="when">${words.waiting}</p>`}
    ${state === "failed" &&
    html`<p class="when trouble">
      ${message.error || words.failed}
      <button type="button" class="again" onClick=${() => onAgain(message.id)}>${words.again}</button>
    </p>`}
  </article>`;
}
