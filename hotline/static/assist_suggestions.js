// The three suggestions: shown without flicker, told, opened, called wrong.

const ANNOUNCE_AFTER_MS = 1200; // a screen reader is told once the typing rests

export class Suggestions {
  constructor({ mark, tell, refused, flush }) {
    this.mark = mark;
    this.tell = tell;
    this.onRefused = refused;
    this.flush = flush;
    this.list = document.getElementById('suggestions');
    this.nothing = document.getElementById('nothing');
    this.template = document.getElementById('suggestion');
    this.cards = new Map(); // by entry
    this.order = [];
    this.used = new Set();
    this.timer = 0;
    document.getElementById('none').addEventListener('click', (event) => this.missing(event.currentTarget));
  }

  get shown() {
    return this.order.map((one) => one.id);
  }

  show(found) {
    const before = this.shown.join();
    this.order = found;
    this.nothing.hidden = found.length > 0;
    if (this.shown.join() === before) {
      found.forEach((one) => this.percent(one));
      return;
    }
    const cards = found.map((one, place) => this.card(one, place));
    this.list.replaceChildren(...cards);
    this.cards = new Map(found.map((one, place) => [one.id, cards[place]]));
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.announce(), ANNOUNCE_AFTER_MS);
  }

  announce() {
    const count = this.order.length;
    const words = count ? `${count}条建议，第一条：${this.order[0].question}` : '';
    document.getElementById('announce').textContent = words;
  }

  card(one, place) {
    const card = this.cards.get(one.id) || this.made(one);
    card.querySelector('.use').textContent = `采用（Alt+${place + 1}）`;
    card.querySelector('.use').setAttribute('aria-keyshortcuts', `Alt+${place + 1}`);
    card.classList.toggle('used', this.used.has(one.id));
    return card;
  }

  made(one) {
    const card = this.template.content.firstElementChild.cloneNode(true);
    const part = (name) => card.querySelector(name);
    part('h3').textContent = one.question;
    part('.plain').textContent = one.plain;
    part('.meta').textContent = meta(one);
    part('.open').href = one.href;
    part('.open').setAttribute('aria-label', `打开原文：${one.question}（新窗口）`);
    part('.open').addEventListener('click', () => this.mark({ mark: 'clicked', entry: one.id }));
    part('.use').addEventListener('click', () => this.tellOne(one));
    part('.wrong').id = `wrong_${one.id}`;
    part('label').htmlFor = `wrong_${one.id}`;
    part('label').textContent = `“${one.question}”哪里不对`;
    part('.wrong').addEventListener('change', (event) => this.wrong(one, event.currentTarget.value));
    const wordings = [['详细', one.detail], ['长辈版', one.elderly], ['English', one.english]].filter(([, text]) => text);
    part('details').hidden = !wordings.length;
    for (const [label, text] of wordings) {
      const term = document.createElement('dt');
      const words = document.createElement('dd');
      term.textContent = label;
      words.textContent = text;
      if (label === 'English') words.lang = 'en';
      part('dl').append(term, words);
    }
    return card;
  }

  percent(one) {
    const line = this.cards.get(one.id)?.querySelector('.meta');
    if (line && line.textContent !== meta(one)) line.textContent = meta(one);
  }

  use(place) {
    const one = this.order[place];
    if (one) this.tellOne(one);
  }

  async tellOne(one) {
    this.used.add(one.id);
    this.cards.get(one.id)?.classList.add('used');
    this.tell(one.plain);
    await this.mark({ mark: 'used', entry: one.id });
  }

  async wrong(one, reason) {
    if (!reason) return;
    await this.flush(); // the editors read the words it was shown for
    await this.mark({ mark: 'wrong', entry: one.id, reason });
    this.cards.delete(one.id);
    document.getElementById('notes').focus();
    this.onRefused();
  }

  async missing(button) {
    await this.flush();
    const { ok, said } = await this.mark({ mark: 'nothing' });
    button.textContent = ok && said.kept ? '已告诉知识编辑' : '没有记下：先写下来电人问的话';
  }
}

function meta(one) {
  return `把握${one.percent}% · ${one.region} · ${one.days} · ${one.source}（${one.trust}）`;
}
