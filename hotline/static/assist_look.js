// The caller's code, masked, after a purpose has been stated.

export function lookAtCode(form, send) {
  const result = document.getElementById('look_result');
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    const { purpose, note, whom } = form.elements;
    const answer = await send('looks', { purpose: purpose.value, note: note.value, whom: whom.value }).catch(() => null);
    if (answer === null) return say(result, '没有连上，请再试一次。', 'alert');
    if (!answer.ok) return say(result, answer.said.sentence || '没有看成，请再试一次。', 'alert');
    whom.value = '';
    shown(result, answer.said);
  });
}

function say(result, words, kind) {
  const line = document.createElement('p');
  line.className = kind;
  line.textContent = words;
  result.replaceChildren(line);
}

function shown(result, code) {
  const word = document.createElement('p');
  word.className = 'code-word';
  word.textContent = code.word;
  const list = document.createElement('dl');
  const rows = [
    ['姓名', code.name],
    ['证件', code.documents.join('、')],
    ['什么时候起', code.since],
    ['为什么', code.reasons.join('；')],
    ['还要做', code.steps.join('；')],
    ['最早转绿', code.green_at],
    ['有效到', code.valid_until],
    ['健康申报', code.checkin_expired ? '已过期，要重新打卡' : ''],
    ['数据时间', code.as_of],
  ];
  for (const [label, text] of rows) {
    if (!text) continue;
    const term = document.createElement('dt');
    const words = document.createElement('dd');
    term.textContent = label;
    words.textContent = text;
    list.append(term, words);
  }
  result.replaceChildren(word, list);
}
