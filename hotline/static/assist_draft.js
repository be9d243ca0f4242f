// The draft of the order: filled in from the notes with the words marked, what the agent changes stays theirs.

const SHOWN_IN_NOTES = ['kind', 'topic', 'division', 'place', 'happened_at', 'phone', 'urgency', 'special_group'];

export class Draft {
  constructor(changed, onChange) {
    this.form = document.getElementById('order');
    this.changed = { ...changed };
    this.onChange = onChange;
    this.fields = {};
    this.isSent = false;
    this.form?.addEventListener('input', (event) => this.edited(event.target));
  }

  edited(field) {
    if (!field.name || ['confirmed', 'form_token', 'key'].includes(field.name)) return;
    this.changed[field.name] = field.type === 'checkbox' ? (field.checked ? 'yes' : '') : field.value;
    this.evidence(field.name);
    this.onChange();
  }

  take(changed) {
    this.changed = { ...changed };
    for (const [name, value] of Object.entries(changed)) {
      const field = this.form?.elements[name];
      if (field?.type === 'checkbox') field.checked = Boolean(value);
      else if (field) field.value = value;
    }
  }

  drop() {
    this.isSent = true;
  }

  show(draft, notes) {
    if (!this.form || this.isSent) return;
    this.fields = draft.fields;
    for (const field of this.form.querySelectorAll('input, select, textarea')) {
      if (!field.name || ['hidden', 'checkbox'].includes(field.type)) continue;
      if (!(field.name in this.changed)) this.fill(field, draft.fields[field.name]);
      this.evidence(field.name);
    }
    const missing = document.getElementById('missing');
    const words = draft.missing.length ? `记录里还缺：${draft.missing.join('、')}。` : '要登记的都有了，请核对。';
    if (missing.textContent !== words) missing.textContent = words;
    this.marks(notes);
  }

  fill(field, found) {
    const value = found ? found.value : field.name === 'urgency' ? 'normal' : '';
    if (field.value === value) return;
    field.value = value;
    if (field.selectedIndex === -1) field.value = ''; // the platform does not know this choice
  }

  // below its field: the words it comes from, or that the agent has changed it
  evidence(name) {
    const field = this.form.elements[name];
    if (!field || !SHOWN_IN_NOTES.includes(name)) return;
    let line = document.getElementById(`${name}_evidence`);
    const found = this.fields[name];
    const isChanged = name in this.changed;
    if (!line) {
      line = document.createElement('p');
      line.id = `${name}_evidence`;
      line.className = 'evidence';
      field.after(line);
      field.setAttribute('aria-describedby', line.id);
    }
    const key = isChanged ? 'changed' : found ? found.words : '';
    if (line.dataset.key === key) return;
    line.dataset.key = key;
    line.replaceChildren();
    if (isChanged) {
      line.textContent = '您改过，不再跟着记录变';
      line.classList.add('changed');
    } else if (found) {
      const mark = document.createElement('mark');
      mark.textContent = found.words;
      line.append('依据：', mark);
    }
  }

  // the notes once more, with the words of every field marked
  marks(notes) {
    const box = document.getElementById('marked');
    const spans = SHOWN_IN_NOTES.filter((name) => this.fields[name]?.end)
      .map((name) => this.fields[name])
      .sort((a, b) => a.start - b.start || b.end - a.end);
    const pieces = [];
    let done = 0;
    for (const span of spans) {
      if (span.start < done) continue;
      const mark = document.createElement('mark');
      mark.textContent = notes.slice(span.start, span.end);
      mark.title = span.label;
      pieces.push(notes.slice(done, span.start), mark);
      done = span.end;
    }
    if (spans.length) pieces.push(notes.slice(done));
    box.replaceChildren(...pieces);
  }
}
