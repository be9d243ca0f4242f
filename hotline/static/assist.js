// A call's page: what is typed is heard and saved, what comes of it is shown. No state of its own that a reload would lose.
import { Suggestions } from './assist_suggestions.js';
import { Draft } from './assist_draft.js';
import { lookAtCode } from './assist_look.js';

const HEAR_AFTER_MS = 40; // after a key; a call is typed in bursts
const SAVE_AFTER_MS = 250;
const RETRY_MS = 2000;
const FETCH_AGAIN_MS = 100;
const FETCH_TRIES = 30;

const root = document.getElementById('assist');
const notes = document.getElementById('notes');
const saved = document.getElementById('saved');
const state = JSON.parse(root.dataset.state);
let seq = state.seq;
let heardSeq = -1;
let pending = null; // of the save that waits
let saving = false;
let unsaved = false;
let stopped = state.over;
let skipped = new Set(state.skipped);
let question = null;
let hearTimer = 0;
let starred = null; // the last notes that were kept, as typed and as they are kept: numbers behind stars

const address = `/desk/calls/${root.dataset.number}`;

async function send(what, body, more = {}) {
  const answer = await fetch(`${address}/${what}`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', 'X-Form-Token': root.dataset.token },
    body: JSON.stringify(body),
    ...more,
  });
  const said = await answer.json().catch(() => ({}));
  return { ok: answer.ok, status: answer.status, said };
}

const suggestions = new Suggestions({
  mark: (body) => send('marks', body),
  tell: (text) => {
    const before = notes.value && !notes.value.endsWith('\n') ? '\n' : '';
    notes.value += `${before}已答复：${text}\n`;
    notes.focus();
    notes.setSelectionRange(notes.value.length, notes.value.length);
    typed();
  },
  refused: () => hear(),
  flush: () => save(),
});
const draft = new Draft(state.changed, () => {
  seq += 1;
  saveSoon();
});
const matter = document.getElementById('matter');
matter.value = state.matter;

function pad() {
  return { seq, notes: notes.value, changed: draft.changed, skipped: [...skipped], matter: matter.value };
}

// --- hearing: numbered, a late answer never takes the place of a newer one

async function hear() {
  const asked = pad();
  const { ok, said } = await send('heard', asked).catch(() => ({ ok: false }));
  if (!ok || said.seq < heardSeq) return;
  heardSeq = said.seq;
  show(said, said.notes);
}

function show(heard, text) {
  suggestions.show(heard.suggestions);
  draft.show(heard.draft, text);
  ask(heard);
  warn(heard.danger);
  root.dataset.heard = String(heardSeq);
}

function typed() {
  seq += 1;
  root.dataset.typed = String(seq);
  clearTimeout(hearTimer);
  hearTimer = setTimeout(hear, HEAR_AFTER_MS);
  saveSoon();
}

// --- saving: numbered as well, one at a time, again until it is kept

function saveSoon() {
  if (stopped) return;
  unsaved = true;
  if (pending === null) pending = setTimeout(save, SAVE_AFTER_MS);
}

async function save() {
  clearTimeout(pending);
  pending = null;
  if (stopped || saving || !unsaved) return;
  saving = true;
  unsaved = false;
  const wanted = { ...pad(), shown: suggestions.shown };
  const { ok, status, said } = await send('notes', wanted).catch(() => ({ ok: false, status: 0 }));
  saving = false;
  if (ok) {
    say('已保存');
    starred = { typed: wanted.notes, notes: said.notes };
    if (unsaved) saveSoon();
  } else if (status === 409 && said.code === 'stale_notes' && said.current < seq) {
    unsaved = true; // a save of ours overtook this one
    saveSoon();
  } else if (status === 409) {
    stopped = true;
    notes.readOnly = true;
    say(said.code === 'call_over' ? '这通电话已经结束，不能再写。' : '这通电话在别的窗口里有更新的记录，请刷新这一页。');
  } else if (status === 401 || status === 403) {
    unsaved = true;
    say('登录已过期，没有保存。请在另一个窗口登录，再接着写。');
    pending = setTimeout(save, RETRY_MS);
  } else {
    unsaved = true;
    say('没有保存上，正在重试。');
    pending = setTimeout(save, RETRY_MS);
  }
}

function say(words) {
  if (saved.textContent !== words) saved.textContent = words;
}

// Leaving the page sends what is not kept yet. The next page of this call may be asked for before it has arrived: which
// notes to wait for is remembered by number alone.

addEventListener('pagehide', () => {
  if (stopped || !(unsaved || saving)) return;
  sessionStorage.setItem(root.dataset.number, String(seq));
  send('notes', { ...pad(), shown: suggestions.shown }, { keepalive: true }).catch(() => {});
});

async function arrived() {
  const wanted = Number(sessionStorage.getItem(root.dataset.number) || 0);
  sessionStorage.removeItem(root.dataset.number);
  if (stopped || seq >= wanted) return;
  notes.readOnly = true;
  for (let tried = 0; seq < wanted && tried < FETCH_TRIES; tried += 1) {
    if (tried) await new Promise((done) => setTimeout(done, FETCH_AGAIN_MS));
    const found = await fetch(address).then((answer) => answer.json()).catch(() => null);
    if (found && found.seq > seq) take(found);
  }
  notes.readOnly = false;
}

function take(found) {
  seq = found.seq;
  notes.value = found.notes;
  skipped = new Set(found.skipped);
  matter.value = found.matter;
  draft.take(found.changed);
}

// --- what to ask next

function ask(heard) {
  question = heard.question;
  const words = document.getElementById('question');
  const next = question ? question.ask : heard.matter ? '要问的都问到了。' : '开始记录后，这里提示下一句该问什么。';
  if (words.textContent !== next) words.textContent = next;
  document.getElementById('skip').hidden = !question || stopped;
  const list = document.getElementById('checklist');
  const states = { answered: '已问到', open: '还没问', skipped: '跳过了' };
  const rows = heard.checklist.map((one) => {
    const row = document.createElement('li');
    row.className = one.state;
    row.textContent = one.label;
    const hidden = document.createElement('span');
    hidden.className = 'unseen';
    hidden.textContent = `，${states[one.state]}`;
    row.append(hidden);
    return row;
  });
  list.replaceChildren(...rows);
  matter.options[0].textContent = heard.matter && !matter.value ? `按记录判断：${heard.matter.label}` : '按记录判断';
}

function skip() {
  if (!question) return;
  skipped.add(question.fact);
  typed();
}

// --- danger comes before everything else

function warn(danger) {
  const box = document.getElementById('danger');
  const key = danger ? danger.kind : '';
  if (box.dataset.kind === key) return;
  box.dataset.kind = key;
  if (!danger) return box.replaceChildren();
  const card = document.createElement('div');
  card.className = 'danger';
  const head = document.createElement('p');
  const numbers = document.createElement('strong');
  numbers.textContent = danger.numbers.join('、');
  head.append(`${danger.label}（听到“${danger.words}”）：`, numbers);
  const act = document.createElement('p');
  act.textContent = danger.act;
  card.append(head, act);
  box.replaceChildren(card);
}

// --- hands stay on the keyboard

addEventListener('keydown', (event) => {
  if (!event.altKey || event.ctrlKey || event.metaKey || stopped) return;
  const digit = /^Digit([0-3])$/.exec(event.code);
  if (digit) {
    event.preventDefault();
    if (digit[1] === '0') skip();
    else suggestions.use(Number(digit[1]) - 1);
  } else if (event.code === 'KeyQ') {
    event.preventDefault();
    notes.focus();
  }
});

notes.addEventListener('input', (event) => {
  if (!event.isComposing) typed();
});
notes.addEventListener('compositionend', typed);
// Whole numbers stand on the screen only while they are typed; the stars have the same length, so nothing moves.
notes.addEventListener('blur', () => {
  if (starred && notes.value === starred.typed) notes.value = starred.notes;
});
matter.addEventListener('change', () => {
  skipped = new Set();
  typed();
});
document.getElementById('skip').addEventListener('click', () => {
  skip();
  notes.focus();
});
document.getElementById('order')?.addEventListener('submit', () => {
  draft.drop();
});
const look = document.getElementById('look');
if (look) lookAtCode(look, send);

show({ ...state.heard, suggestions: [] }, state.notes);
await arrived();
if (notes.value && !stopped) hear();
