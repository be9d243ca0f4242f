// The line to the server: WebSocket, or polling where WebSocket is blocked. It knows frames, not their meaning.

const BEAT = 20000;
const SILENCE = 45000;
const PAUSES = [300, 800, 2000, 4000, 8000, 15000];
const POLL_SECONDS = 20;
const UPLOAD_LIMIT = 120000;
const LAID = 8000; // how long a line lies ready for somebody who only looks; the server waits 10 s for a hello

export class Link {
  // getSession() resolves to {token}; getInvitation() is what opens the first conversation of this device, else null.
  // lastSeq() is the last message the page has, null when it has none. onFrame(frame) gets every frame,
  // onState("idle" | "connecting" | "open" | "waiting") every change. onGreeted(send) follows an invitation at once:
  // what is already to be said need not wait for the welcome.
  constructor({ getSession, getInvitation, lastSeq, onFrame, onState, onGreeted }) {
    Object.assign(this, { getSession, getInvitation, lastSeq, onFrame, onState, onGreeted });
    this.state = "idle";
    this.run = 0; // number of the current attempt; events of older ones are ignored
    this.failures = 0;
    this.blocked = 0;
    this.mode = "socket";
    this.seen = 0;
  }

  // Lay the line without saying anything on it; whoever speaks soon finds it there.
  lay() {
    if (this.state !== "idle") return;
    const socket = this.makeSocket();
    if (!socket) return;
    this.laid = socket;
    setTimeout(() => {
      if (this.laid !== socket) return;
      this.laid = null;
      socket.close();
    }, LAID);
  }

  start() {
    if (this.state === "idle" || this.state === "waiting") this.attempt();
  }

  // Try again now: the network is back, the page is visible again.
  hurry() {
    if (this.state === "waiting") this.attempt();
    else if (this.state === "open") this.send({ type: "ping" });
  }

  // The phone says that the network is gone: a socket would notice only after its silence.
  lose() {
    if (this.state !== "open") return;
    this.run += 1;
    this.retry();
  }

  stop() {
    this.run += 1;
    this.end();
    this.setState("idle");
  }

  // Returns false when there is no line; the caller keeps the frame then.
  send(frame) {
    if (this.state !== "open") return false;
    if (this.mode === "poll") return this.post(frame);
    this.socket.send(JSON.stringify(frame));
    return true;
  }

  // Everything up to seq has been shown.
  show(seq) {
    if (seq <= this.seen) return;
    this.seen = seq;
    if (this.mode === "socket") this.send({ type: "seen", seq });
  }

  async attempt() {
    const run = ++this.run;
    clearTimeout(this.timer);
    this.setState("connecting");
    const invitation = this.mode === "socket" && this.getInvitation();
    if (invitation) return this.openSocket(run, { invitation });
    let session;
    try {
      session = await this.getSession();
    } catch (error) {
      if (run === this.run) this.retry();
      return;
    }
    if (run !== this.run) return;
    if (this.mode === "socket") this.openSocket(run, { token: session.token });
    else this.poll(run, session);
  }

  makeSocket() {
    const scheme = location.protocol === "https:" ? "wss:" : "ws:";
    try {
      return new WebSocket(`${scheme}//${location.host}/chat/ws`);
    } catch (error) {
      return null;
    }
  }

  takeLaid() {
    const socket = this.laid;
    this.laid = null;
    return socket && socket.readyState <= WebSocket.OPEN ? socket : null;
  }

  openSocket(run, who) {
    const socket = this.takeLaid() || this.makeSocket();
    if (!socket) {
      this.socketFailed(run);
      return;
    }
    this.socket = socket;
    this.heard = Date.now();
    const greet = () => {
      const send = (frame) => socket.send(JSON.stringify(frame));
      send(Object.assign({ type: "hello", last_seq: this.lastSeq() }, who));
      if (who.invitation) this.onGreeted(send);
    };
    socket.onmessage = (event) => run === this.run && this.take(JSON.parse(event.data));
    socket.onclose = () => {
      if (run === this.run) this.socketFailed(run);
    };
    if (socket.readyState === WebSocket.OPEN) greet();
    else socket.onopen = greet;
    this.beat = setInterval(() => this.checkBeat(socket), BEAT);
  }

  checkBeat(socket) {
    if (Date.now() - this.heard > SILENCE) socket.close();
    else this.send({ type: "ping" });
  }

  take(frame) {
    this.heard = Date.now();
    this.works = true;
    if (frame.type === "welcome") this.opened();
    this.onFrame(frame);
  }

  opened() {
    this.failures = 0;
    this.setState("open");
  }

  // A socket that never carried anything although the server answers is blocked on the way: poll instead.
  async socketFailed(run) {
    this.end();
    if (!this.works && (await this.answers()) && run === this.run && ++this.blocked >= 2) this.mode = "poll";
    if (run === this.run) this.retry();
  }

  async answers() {
    try {
      return (await fetch("/favicon.ico", { cache: "no-store" })).ok;
    } catch (error) {
      return false;
    }
  }

  async poll(run, session) {
    this.session = session;
    try {
      const last = this.lastSeq();
      const address = last === null ? "/chat/history" : `/chat/poll?after=${last}&wait=0`;
      const first = await this.read(address, session);
      if (run !== this.run) return;
      this.take(Object.assign({ type: "welcome", typing: false, more: false, session }, first));
      while (run === this.run) {
        const after = this.lastSeq() || 0;
        const news = await this.read(`/chat/poll?after=${after}&seen=${this.seen}&wait=${POLL_SECONDS}`, session);
        if (run !== this.run) return;
        this.take({ type: "session", session: news.session });
        this.take({ type: "typing", on: news.typing });
        news.messages.forEach((message) => this.take(message));
      }
    } catch (error) {
      if (run !== this.run) return;
      if (error.code) this.onFrame({ type: "error", code: error.code });
      else this.retry();
    }
  }

  post(frame) {
    if (frame.type !== "message") return true;
    const run = this.run;
    const send = async () => {
      const answer = await this.fetch("/chat/messages", this.session, JSON.stringify(frame));
      const said = await answer.json();
      if (answer.status === 429) {
        const wait = Number(answer.headers.get("Retry-After")) || 2;
        this.onFrame({ type: "refused", id: frame.id, reason: "rate_limited", retry_after: wait });
      } else this.onFrame(answer.ok ? said : { type: "error", code: said.code });
    };
    this.posting = (this.posting || Promise.resolve()).then(send).catch(() => run === this.run && this.retry());
    return true;
  }

  async read(address, session) {
    const answer = await this.fetch(address, session);
    const body = await answer.json();
    if (!answer.ok) throw Object.assign(new Error("refused"), { code: body.code });
    return body;
  }

  fetch(address, session, body) {
    const headers = { Authorization: `Bearer ${session.token}` };
    const credentials = "same-origin"; // web views before 2018 leave cookies out otherwise
    return fetch(address, body === undefined ? { headers, credentials } : { method: "POST", headers, credentials, body });
  }

  // Sends a file; onProgress(0 … 1) while it goes. An error carries the server's code, or none without an answer.
  upload(address, session, blob, onProgress) {
    return new Promise((resolve, reject) => {
      const request = new XMLHttpRequest();
      const refuse = (code) => reject(Object.assign(new Error("refused"), { code }));
      const reason = () => (request.response || {}).code;
      request.open("POST", address);
      request.responseType = "json";
      request.timeout = UPLOAD_LIMIT;
      request.setRequestHeader("Authorization", `Bearer ${session.token}`);
      request.setRequestHeader("Content-Type", blob.type);
      request.upload.onprogress = ({ loaded, total }) => total && onProgress(loaded / total);
      request.onload = () => (request.status === 201 ? resolve(request.response) : refuse(reason()));
      request.onerror = () => refuse();
      request.ontimeout = () => refuse();
      request.send(blob);
    });
  }

  retry() {
    this.end();
    const pause = PAUSES[Math.min(this.failures++, PAUSES.length - 1)];
    this.setState("waiting");
    this.timer = setTimeout(() => this.attempt(), pause * (0.8 + Math.random() * 0.4));
  }

  end() {
    clearTimeout(this.timer);
    clearInterval(this.beat);
    if (this.socket) {
      this.socket.onclose = null;
      this.socket.close();
      this.socket = null;
    }
  }

  setState(state) {
    if (state === this.state) return;
    this.state = state;
    this.onState(state);
  }
}
