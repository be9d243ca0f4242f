// What stays on the device: the session, messages not yet delivered, and the large-type choice.
// A browser that forbids storage loses only the memory, never the conversation.

const SESSION = "jkt.session";
const UNSENT = "jkt.unsent.";
const LARGE = "jkt.large";
const KEEP_UNSENT = 24 * 3600 * 1000;

function attempt(work, otherwise) {
  try {
    return work();
  } catch {
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

// One key a message: two tabs never overwrite each other. A position is never kept.
export function saveUnsent(message) {
  if (message.kind !== "location") write(UNSENT + message.id, message);
}

export const dropUnsent = (id) => remove(UNSENT + id);

export function savedUnsent(now = Date.now()) {
  return attempt(() => {
    const keys = Object.keys(localStorage).filter((key) => key.startsWith(UNSENT));
    const messages = keys.map((key) => ({ key, message: read(key) }));
    const fresh = ({ message }) => message && now - message.at < KEEP_UNSENT;
    for (const { key } of messages.filter((entry) => !fresh(entry))) remove(key);
    return messages.filter(fresh).map(({ message }) => message).sort((a, b) => a.at - b.at);
  }, []);
}

export const dropAllUnsent = () => savedUnsent().forEach((message) => dropUnsent(message.id));

export const isLarge = () => read(LARGE) === true;
export const saveLarge = (large) => write(LARGE, large);
