<%def name="menu(session, here)">
<nav class="filters rooms" aria-label="质检">
  % for path, label, may in (('/quality', '质检任务', session.may('quality.score')), ('/quality/appeals', '申诉裁定', session.may('quality.decide')), ('/quality/results', '成绩和辅导', session.may('quality.score') or session.may('quality.decide')), ('/quality/mine', '我的质检', session.may('chat.take')), ('/quality/cards', '评分卡', True)):
  % if may:
  <a href="${path}" ${'aria-current="page"' if here == path else '' | n}>${label}</a>
  % endif
  % endfor
</nav>
</%def>
<%def name="transcript(said, marks, editable=False)">
% if said.gone:
<p class="empty">原来的会话或工单已经按规定删除，只留下评分。</p>
% else:
% if said.order:
<dl class="order-facts">
  % for label, value in said.order.facts:
  <dt>${label}</dt><dd>${value}</dd>
  % endfor
</dl>
<h3>${said.order.row.title}</h3>
% endif
<ol class="talk">
  % for line in said.lines:
  <li class="line-${line.kind}">
    <p class="who">${line.who or '系统'} <span class="at">${line.at}</span></p>
    <p class="text">${line.text}</p>
    % if editable and line.kind != 'event':
    <details ${'open' if marks.get(line.ref) else ''}>
      <summary>批注<span class="unseen">${line.who}：${line.text[:20]}</span></summary>
      <label class="unseen" for="mark-${line.ref}">对“${line.text[:20]}”的批注</label>
      <input form="sheet" id="mark-${line.ref}" name="mark.${line.ref}" value="${marks.get(line.ref, '')}" maxlength="300">
    </details>
    % elif marks.get(line.ref):
    <p class="mark"><strong>质检批注：</strong>${marks[line.ref]}</p>
    % endif
  </li>
  % endfor
</ol>
% endif
</%def>
<%def name="items(card, sheet, faults)">
% for item in card.items:
<fieldset class="scored">
  <legend>${item.label} <span class="left">满分${item.points}分</span></legend>
  <p class="hint" id="g-${item.key}">${item.guidance}<span class="basis">（${item.basis}）</span></p>
  <div class="score-line">
    <div><label for="p-${item.key}">得分</label>
      <input id="p-${item.key}" name="points.${item.key}" type="number" inputmode="numeric" min="0" max="${item.points}" step="1" value="${sheet.points.get(item.key, '')}" aria-describedby="g-${item.key}" ${'aria-invalid="true"' if 'points.' + item.key in faults else '' | n}></div>
    <div class="grow"><label for="r-${item.key}">说明</label>
      <input id="r-${item.key}" name="remarks.${item.key}" maxlength="300" value="${sheet.remarks.get(item.key, '')}" placeholder="扣分请写原因" ${'aria-invalid="true"' if 'remarks.' + item.key in faults else '' | n}></div>
  </div>
  % for field in ('points.' + item.key, 'remarks.' + item.key):
  % if field in faults:
  <p class="fault">${faults[field]}</p>
  % endif
  % endfor
</fieldset>
% endfor
<fieldset>
  <legend>一票否决：有一项，总分为0</legend>
  % for one in card.fatal:
  <label class="tick"><input type="checkbox" name="fatal" value="${one.key}" ${'checked' if one.key in sheet.fatal else ''}> ${one.label}</label>
  <p class="hint">${one.guidance}</p>
  % endfor
</fieldset>
</%def>
<%def name="judged(result)">
<p class="total">总分 <strong>${result.total}</strong> 分</p>
% if result.fatal:
<div class="alert">
  <p><strong>一票否决：</strong></p>
  <ul>
    % for label, guidance in result.fatal:
    <li>${label}。${guidance}</li>
    % endfor
  </ul>
</div>
% endif
<table class="orders" role="table">
  <caption class="unseen">各项得分</caption>
  <thead role="rowgroup"><tr role="row"><th scope="col" role="columnheader">评分项</th><th scope="col" role="columnheader">得分</th><th scope="col" role="columnheader">说明</th></tr></thead>
  <tbody role="rowgroup">
    % for item in result.items:
    <tr role="row">
      <th scope="row" role="rowheader" data-label="评分项">${item.label}</th>
      <td role="cell" data-label="得分">${'无' if item.given is None else item.given}／${item.most}</td>
      <td role="cell" class="wide" data-label="说明">${item.remark or '无'}</td>
    </tr>
    % endfor
  </tbody>
</table>
% if result.words:
<p><strong>总评：</strong>${result.words}</p>
% endif
</%def>
<%def name="said(result, spoken)">
% if result.case.appeal:
<div class="card">
  <p><strong>申诉</strong></p>
  <p class="hint">工号 ${result.case.appeal.by}，${spoken(result.case.appeal.at)}</p>
  <p class="text">${result.case.appeal.words}</p>
  % if result.case.decision:
  <p><strong>裁定：${result.state}</strong></p>
  <p class="hint">班长 ${result.case.decision.by}，${spoken(result.case.decision.at)}</p>
  <p class="text">${result.case.decision.words}</p>
  % endif
</div>
% endif
</%def>
