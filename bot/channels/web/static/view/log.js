// The conversation, oldest first, with the days it ran over.

import { useEffect, useLayoutEffect, useRef, useState } from "../vendor/hooks.mjs";
import { dayKey, dayLabel } from "../when.js";
import { words } from "../words.js";
import { html } from "./html.js";
import { DownIcon } from "./icons.js";
import { Message, Pending } from "./message.js";

const NEAR = 80; // px from the end that still count as reading along

function withDays(messages) {
  const now = Date.now();
  return messages.flatMap((message, index) => {
    const isNewDay = index === 0 || dayKey(message.at) !== dayKey(messages[index - 1].at);
    const day = isNewDay ? [{ day: dayLabel(message.at, now), key: `day-${dayKey(message.at)}` }] : [];
    return [...day, message];
  });
}

function Entry({ entry, large, conversation }) {
  if (entry.day) return html`<p class="day"><span>${entry.day}</span></p>`;
  return html`<${Message} message=${entry} large=${large} conversation=${conversation} />`;
}

// Scrolls so that a new answer is read from its first line, and gives way to somebody who reads further up.
function useFollowing(ref, { last, count }) {
  const [isBehind, setBehind] = useState(false);
  const isFollowing = useRef(true);
  const before = useRef({ last: 0, count: 0 });
  useLayoutEffect(() => {
    const talk = ref.current;
    const known = before.current;
    before.current = { last, count };
    const hasSpoken = count > known.count;
    if (last === known.last && !hasSpoken) {
      if (isFollowing.current) talk.scrollTop = talk.scrollHeight;
      return;
    }
    if (!isFollowing.current && !hasSpoken) return setBehind(true);
    const news = [...talk.querySelectorAll(".theirs")].find((article) => Number(article.dataset.seq) > known.last);
    const end = talk.scrollHeight - talk.clientHeight;
    const top = news && known.last ? Math.min(end, news.offsetTop - 16) : end;
    talk.scrollTop = top;
    isFollowing.current = end - top < NEAR;
  });
  const onScroll = () => {
    const talk = ref.current;
    isFollowing.current = talk.scrollHeight - talk.clientHeight - talk.scrollTop < NEAR;
    if (isFollowing.current) setBehind(false);
  };
  const toEnd = () => {
    ref.current.scrollTop = ref.current.scrollHeight;
    isFollowing.current = true;
    setBehind(false);
  };
  return { isBehind, onScroll, toEnd };
}

// While the page lies in the background, its title counts what came meanwhile; looking at it ends the count.
function useUnreadTitle(messages) {
  const plain = useRef(document.title);
  const seen = useRef(0);
  const last = messages.length ? messages[messages.length - 1].seq : 0;
  useEffect(() => {
    const update = () => {
      if (document.visibilityState === "visible") seen.current = last;
      const unread = messages.filter((message) => message.from !== "person" && message.seq > seen.current).length;
      document.title = unread && seen.current ? words.unread(unread) + plain.current : plain.current;
    };
    update();
    document.addEventListener("visibilitychange", update);
    return () => document.removeEventListener("visibilitychange", update);
  }, [last]);
}

export function Log({ conversation, welcome, choices }) {
  const { messages, pending, typing, more, loaded, large, line } = conversation;
  const ref = useRef(null);
  const last = messages.length ? messages[messages.length - 1].seq : 0;
  useUnreadTitle(messages);
  const { isBehind, onScroll, toEnd } = useFollowing(ref, { last, count: pending.length });
  useEffect(() => {
    if (document.visibilityState === "visible") conversation.link.show(last);
  }, [last]);

  return html`<main class="talk" ref=${ref} onScroll=${onScroll} tabindex="0" aria-label="对话">
    <div class="column">
      ${welcome}
      ${more && html`<button type="button" class="older" onClick=${() => conversation.loadOlder()}>${words.older}</button>`}
      <div class="log" role="log" aria-live="polite" aria-relevant="additions" aria-busy=${String(!loaded)}>
        ${withDays(messages).map((entry) => html`<${Entry} key=${entry.key || entry.id} entry=${entry} large=${large} conversation=${conversation} />`)}
        ${pending.map(
          (message) =>
            html`<${Pending}
              key=${message.id}
              message=${message}
              isOpen=${line === "open" || line === "connecting"}
              onAgain=${(id) => conversation.again(id)}
            />`,
        )}
      </div>
      ${typing && html`<p class="typing"><i></i><i></i><i></i><span class="hidden">${words.typing}</span></p>`}
      ${!typing && !pending.length && choices}
    </div>
    ${isBehind && html`<button type="button" class="newest" onClick=${toEnd}><${DownIcon} />${words.newest}</button>`}
  </main>`;
}
