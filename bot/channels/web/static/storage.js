// What stays on the device: the session, messages not yet delivered, and how the page shall look.
// A browser that forbids storage loses only the memory, never the conversation.

const SESSION = "jkt.session";
const UNSENT = "jkt.unsent.";
const LOOKS = "jkt.looks";
const KEEP_UNSENT = 24 * 3600 * 1000;

function attempt(work, otherwise) {
  try {
    return work();
  } catch (error) {
    return otherwise; // storage is off or full
  }
}

const read = (key) => attempt(() => JSON.parse(localStorage.getItem(key)), null);
const write = (key, value) => attempt(() => localStorage.setItem(key, JSON.stringify(value)));
const remove = (key) => attempt(() => localStorage.removeItem(key));

let remembered = null; // for browsers without storage

export function savedSession(now = Date.now()) {
  const session = read(SESSION) || remembered;
  if (!session || typeof session.token !== "string") return null;
  return Date.parse(session.expires_at) > now ? session : null;
}

export function hadSession() {
  return Boolean(read(SESSION));
}

export function saveSession(session) {
  remembered = session;
  write(SESSION, session);
}

export function dropSession() {
  remembered = null;
  remove(SESSION);
}

export const isSessionKey = (key) => key === SESSION || key === null;

// Six or more digits, however written (spaced, full-width, 一二三), may be a document, a phone or a code by text message.
const NUMBER = /(?:[0-9０-９〇零一二三四五六七八九][\s\u3000.,，。_-]*){6}/;
export const mayIdentify = (message) => message.kind !== "payload" && NUMBER.test(message.text || "");

// A number of a person stays in this tab and goes with it: it may not lie on a phone that several people use.
const placeOf = (message) => (mayIdentify(message) ? sessionStorage : localStorage);
const PLACES = [() => localStorage, () => sessionStorage];

// One key a message: two tabs never overwrite each other. A position is never kept.
export function saveUnsent(message) {
  if (message.kind === "location") return;
  attempt(() => placeOf(message).setItem(UNSENT + message.id, JSON.stringify(message)));
}

export function dropUnsent(id) {
  for (const place of PLACES) attempt(() => place().removeItem(UNSENT + id));
}

function unsentIn(place, now) {
  const keys = Object.keys(place).filter((key) => key.startsWith(UNSENT));
  const messages = keys.map((key) => ({ key, message: attempt(() => JSON.parse(place.getItem(key)), null) }));
  const fresh = ({ message }) => message && now - message.at < KEEP_UNSENT;
  for (const { key } of messages.filter((entry) => !fresh(entry))) place.removeItem(key);
  return messages.filter(fresh).map(({ message }) => message);
}

export function savedUnsent(now = Date.now()) {
  const found = PLACES.map((place) => attempt(() => unsentIn(place(), now), []));
  return [].concat(...found).sort((a, b) => a.at - b.at);
}

export const dropAllUnsent = () => savedUnsent().forEach((message) => dropUnsent(message.id));

export const savedLooks = () => read(LOOKS) || {};
export const saveLooks = (looks) => write(LOOKS, looks);
