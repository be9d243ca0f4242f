// The state of one conversation: what was said, what is still to be delivered. No DOM in here.

import { Link } from "./link.js";
import * as storage from "./storage.js";

const CHECK_AGAIN = 20000; // ask again about a message that was accepted and not answered
const PAGE_ONLY = ["state", "at", "error"]; // what the server need not know of a message
const byNumber = (a, b) => a.seq - b.seq;
const changed = (message, change) => Object.assign({}, message, change);

function newId() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

export class Conversation {
  // onChange() is called after every change; read the fields then.
  // isLarge() tells whether the page is in large type: the assistant then says less at a time.
  // invitation came with the page and opens one conversation; it is kept nowhere before something is said.
  constructor(onChange, isLarge, invitation) {
    this.onChange = onChange;
    this.isLarge = isLarge;
    this.invitation = invitation;
    this.reset();
    this.link = new Link({
      getSession: () => this.getSession(),
      getInvitation: () => (storage.savedSession() ? null : this.invitation),
      onGreeted: (send) => this.flush(send),
      lastSeq: () => (this.messages.length ? this.messages[this.messages.length - 1].seq : null),
      onFrame: (frame) => this.take(frame),
      onState: (state) => this.lineChanged(state),
    });
  }

  reset() {
    this.messages = []; // of the server, by number, without gaps at the end
    this.pending = []; // ours, not yet in messages
    this.more = false; // older ones are on the server
    this.typing = false;
    this.line = "idle";
    this.loaded = !storage.savedSession();
    this.expired = false;
  }

  // Go on where this device stopped; a device without a session stays quiet until something is said.
  resume() {
    this.expired = storage.hadSession() && !storage.savedSession();
    if (this.expired) storage.dropSession();
    this.pending = storage.savedUnsent().map((message) => changed(message, { state: "waiting" }));
    if (storage.savedSession() || this.pending.length) this.link.start();
    else this.link.lay();
    this.onChange();
  }

  // Open the line early, so that the first message does not wait for it.
  prepare() {
    this.link.start();
  }

  hurry() {
    this.link.hurry();
  }

  lineLost() {
    this.link.lose();
  }

  sayText(text) {
    this.say({ kind: "text", text });
  }

  choose(button) {
    this.say({ kind: "payload", text: button.payload, title: button.title });
  }

  sharePosition(lat, lon) {
    this.say({ kind: "location", lat, lon });
  }

  // Hands a picture over, then says it; resolves to its id. Throws with the server's code.
  async sendPicture(blob, onProgress) {
    const session = await this.getSession();
    const { picture } = await this.link.upload("/chat/pictures", session, blob, onProgress);
    this.say({ kind: "image", picture });
    return picture;
  }

  // What is said in a recording; nothing is sent yet. Throws with the server's code.
  async hear(blob) {
    const session = await this.getSession();
    return (await this.link.upload("/chat/speech", session, blob, () => {})).heard;
  }

  // This page was opened from a chat in WeChat: the ticket is in a cookie that no script can read.
  async arrive() {
    try {
      await this.link.fetch("/chat/arrival", await this.getSession(), "");
      this.link.start();
    } catch (error) {
      // without a line nothing is assumed; the page works as always
    }
  }

  async fetchPicture(id) {
    return this.link.fetch(`/chat/pictures/${id}`, await this.getSession());
  }

  again(id) {
    this.pending = this.pending.map((message) => (message.id === id ? changed(message, { state: "waiting" }) : message));
    this.flush();
    this.onChange();
  }

  async loadOlder() {
    const session = storage.savedSession();
    if (!session || !this.messages.length) return;
    const answer = await this.link.fetch(`/chat/history?before=${this.messages[0].seq}`, session);
    if (!answer.ok) return;
    const { messages, more } = await answer.json();
    this.more = more;
    this.merge(messages);
    this.onChange();
  }

  // Delete this conversation here and on the server; false when the server cannot be reached.
  async forget() {
    const session = storage.savedSession();
    if (session) {
      try {
        const answer = await this.link.fetch("/chat/forget", session, "");
        if (!answer.ok && answer.status !== 401) return false;
      } catch (error) {
        return false;
      }
    }
    this.startOver();
    return true;
  }

  // Another tab has begun a new conversation.
  sessionChanged() {
    const session = storage.savedSession();
    if (session && session.conversation_id === this.conversationId) return;
    this.link.stop();
    this.reset();
    this.resume();
  }

  startOver() {
    this.link.stop();
    storage.dropSession();
    storage.dropAllUnsent();
    this.conversationId = null;
    this.reset();
    this.onChange();
  }

  say(what) {
    const message = changed(what, { id: newId(), at: Date.now(), state: "waiting" });
    if (this.isLarge()) message.large_type = true;
    this.pending = [...this.pending, message];
    storage.saveUnsent(message);
    this.expired = false;
    this.link.start();
    this.flush();
    this.onChange();
  }

  // send(frame) returns false when there is no line.
  flush(send = (frame) => this.link.send(frame)) {
    this.pending = this.pending.map((message) => {
      if (message.state !== "waiting") return message;
      const frame = changed(message, { type: "message" });
      PAGE_ONLY.forEach((name) => delete frame[name]);
      return send(frame) === false ? message : changed(message, { state: "sent" });
    });
  }

  async getSession() {
    const saved = storage.savedSession();
    if (saved) return this.keep(saved);
    const body = this.invitation && JSON.stringify({ type: "open", invitation: this.invitation });
    const answer = await fetch("/chat/session", { method: "POST", body });
    if (!answer.ok) throw new Error("no session");
    const opened = await answer.json();
    return this.keep(storage.savedSession() || opened); // another tab may have been quicker
  }

  keep(session) {
    this.conversationId = session.conversation_id;
    this.invitation = null; // used, or not needed
    storage.saveSession(session);
    return session;
  }

  lineChanged(state) {
    this.line = state;
    if (state !== "open") {
      const unsure = (message) => message.state === "sent" || message.state === "accepted";
      this.pending = this.pending.map((m) => (unsure(m) ? changed(m, { state: "waiting" }) : m));
      this.typing = false;
    }
    this.onChange();
  }

  take(frame) {
    const handler = this[`take_${frame.type}`];
    if (handler) handler.call(this, frame);
    this.onChange();
  }

  take_welcome({ session, messages, more, typing }) {
    this.keep(session);
    if (!this.messages.length) this.more = more;
    this.merge(messages);
    this.typing = typing;
    this.loaded = true;
    this.flush();
  }

  take_session({ session }) {
    this.keep(session);
  }

  take_message(message) {
    this.merge([message]);
  }

  take_typing({ on }) {
    this.typing = on;
  }

  take_accepted({ id }) {
    this.mark(id, { state: "accepted" });
    setTimeout(() => this.checkAgain(id), CHECK_AGAIN);
  }

  take_running(frame) {
    this.take_accepted(frame);
  }

  take_done({ id }) {
    this.drop([id]);
  }

  take_refused({ id, reason, text, retry_after: retryAfter }) {
    if (reason === "rate_limited") {
      this.mark(id, { state: "held" });
      setTimeout(() => this.again(id), retryAfter * 1000);
    } else this.mark(id, { state: "failed", error: text });
  }

  take_error({ code }) {
    if (code !== "session_expired" && code !== "bad_session") return;
    const wasOpen = !this.invitation; // else the page has lain too long: nothing of the person's is over
    this.invitation = null;
    const unsent = this.pending.map((message) => changed(message, { state: "waiting" }));
    this.link.stop();
    storage.dropSession();
    this.reset();
    this.pending = unsent;
    this.loaded = true;
    this.expired = wasOpen;
    if (unsent.length) this.link.start();
  }

  checkAgain(id) {
    if (this.pending.some((message) => message.id === id && message.state === "accepted")) this.again(id);
  }

  mark(id, change) {
    this.pending = this.pending.map((message) => (message.id === id ? changed(message, change) : message));
  }

  drop(ids) {
    this.pending = this.pending.filter((message) => !ids.includes(message.id));
    ids.forEach(storage.dropUnsent);
  }

  merge(messages) {
    const known = new Set(this.messages.map((message) => message.seq));
    const fresh = messages.filter((message) => !known.has(message.seq));
    this.messages = [...this.messages, ...fresh].sort(byNumber);
    this.drop(fresh.map((message) => message.client_id).filter(Boolean));
  }
}
