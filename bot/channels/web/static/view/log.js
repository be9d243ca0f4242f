// The conversation, oldest first, with the days it ran over.

import { useEffect, useLayoutEffect, useRef, useState } from "../vendor/hooks.mjs";
import { dayKey, dayLabel } from "../when.js";
import { words } from "../words.js";
import { html } from "./html.js";
import { DownIcon } from "./icons.js";
import { Message, Pending } from "./message.js";
import { useReadingNews } from "./speech.js";
import { steps } from "./words.js";

const NEAR = 80; // px from the end that still count as reading along

function withDays(messages) {
  const now = Date.now();
  const entries = [];
  messages.forEach((message, index) => {
    const isNewDay = index === 0 || dayKey(message.at) !== dayKey(messages[index - 1].at);
    if (isNewDay) entries.push({ day: dayLabel(message.at, now), key: `day-${dayKey(message.at)}` });
    entries.push(message);
  });
  return entries;
}

function Entry({ entry, looks, conversation }) {
  if (entry.day) return html`<p class="day"><span>${entry.day}</span></p>`;
  return html`<${Message} message=${entry} looks=${looks} conversation=${conversation} />`;
}

// Scrolls so that a new answer is read from its first line, and gives way to somebody who reads further up.
function useFollowing(ref, { last, count }) {
  const [isBehind, setBehind] = useState(false);
  const isFollowing = useRef(true);
  const top = useRef(0); // where it was when last told of a scroll
  const before = useRef({ last: 0, count: 0 });
  const first = useRef(null); // the first answer to what was said last: it stays in sight while more appears below it
  const endOf = (talk) => talk.scrollHeight - talk.clientHeight;
  const goal = () => {
    const end = endOf(ref.current);
    return first.current ? Math.min(end, first.current.offsetTop - 16) : end;
  };
  useLayoutEffect(() => {
    if (!last && !count) return;
    const talk = ref.current;
    const known = before.current;
    before.current = { last, count };
    const hasSpoken = count > known.count;
    if (last === known.last && !hasSpoken) {
      if (isFollowing.current) talk.scrollTop = goal();
      return;
    }
    if (!isFollowing.current && !hasSpoken) return setBehind(true);
    const isNews = (article) => Number(article.dataset.seq) > known.last;
    if (hasSpoken) first.current = null;
    else if (known.count || known.last) first.current = Array.from(talk.querySelectorAll(".theirs")).find(isNews) || null;
    talk.scrollTop = goal();
    isFollowing.current = endOf(talk) - goal() < NEAR;
  });
  // A picture takes its place only once it is loaded; nothing is scrolled by that.
  useEffect(() => {
    const talk = ref.current;
    const onLoad = ({ target }) => {
      const isPicture = target.tagName === "IMG"; // icons drawn in place tell of their loading too
      if (isPicture && isFollowing.current) talk.scrollTop = goal();
    };
    talk.addEventListener("load", onLoad, true);
    return () => talk.removeEventListener("load", onLoad, true);
  }, []);
  // Told of a scroll later than it happened: what has grown below meanwhile is no wish to read further up.
  const onScroll = () => {
    const talk = ref.current;
    if (endOf(talk) - talk.scrollTop < NEAR) {
      isFollowing.current = true;
      setBehind(false);
    } else if (talk.scrollTop < top.current) isFollowing.current = false;
    top.current = talk.scrollTop;
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
  const seen = useRef(0);
  const last = messages.length ? messages[messages.length - 1].seq : 0;
  useEffect(() => {
    const update = () => {
      if (document.visibilityState === "visible") seen.current = last;
      const unread = messages.filter((message) => message.from !== "person" && message.seq > seen.current).length;
      document.title = unread && seen.current ? words.unread(unread) + words.title : words.title;
    };
    update();
    document.addEventListener("visibilitychange", update);
    return () => document.removeEventListener("visibilitychange", update);
  }, [last, words.title]);
}

export function Log({ conversation, looks, welcome, choices }) {
  const { messages, pending, typing, more, loaded, line } = conversation;
  const ref = useRef(null);
  const last = messages.length ? messages[messages.length - 1].seq : 0;
  useUnreadTitle(messages);
  useReadingNews(messages, looks.large && looks.aloud, (text) => steps(text)[0]);
  const { isBehind, onScroll, toEnd } = useFollowing(ref, { last, count: pending.length });
  useEffect(() => {
    if (document.visibilityState === "visible") conversation.link.show(last);
  }, [last]);

  return html`<main class="talk" ref=${ref} onScroll=${onScroll} tabindex="0" aria-label=${words.talk}>
    <div class="column">
      ${welcome}
      ${more && html`<button type="button" class="older" onClick=${() => conversation.loadOlder()}>${words.older}</button>`}
      <div class="log" role="log" aria-live="polite" aria-relevant="additions" aria-busy=${String(!loaded)}>
        ${withDays(messages).map((entry) => html`<${Entry} key=${entry.key || entry.id} entry=${entry} looks=${looks} conversation=${conversation} />`)}
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
