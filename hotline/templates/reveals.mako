<%inherit file="base.mako"/>
<h1>完整信息显示记录</h1>
<form method="get" action="/reveals" class="line">
  <label for="day">日期</label>
  <input id="day" name="day" type="date" value="${day}" required>
  <button type="submit">查看</button>
</form>
% if waiting:
<p>还没复核的：
  % for one, count in waiting:
  <a href="/reveals?day=${one}">${one}（${count}条）</a>
  % endfor
</p>
% endif
% if not rows:
<p class="empty">${day} 没有人看过完整信息。</p>
% else:
<table class="orders" role="table">
  <caption class="unseen">${day}的显示记录</caption>
  <thead role="rowgroup">
    <tr role="row"><th scope="col" role="columnheader">时间</th><th scope="col" role="columnheader">工号</th><th scope="col" role="columnheader">对象</th><th scope="col" role="columnheader">看了</th><th scope="col" role="columnheader">原因</th><th scope="col" role="columnheader">复核</th></tr>
  </thead>
  <tbody role="rowgroup">
    % for row in rows:
    <tr role="row">
      <td role="cell" data-label="时间">${row['at']}</td>
      <td role="cell" data-label="工号">${row['agent']}</td>
      <td role="cell" data-label="对象">${row['subject']}</td>
      <td role="cell" data-label="看了">${row['field']}${'' if row['shown'] else '（没有显示出来）'}</td>
      <td role="cell" class="wide" data-label="原因">${row['why']}：${row['note']}</td>
      <td role="cell" class="wide" data-label="复核">
        % if row['verdict']:
        ${row['verdict']}（${row['reviewer']}）
        % elif row['mine']:
        由别人复核
        % else:
        <form method="post" action="/reveals/${row['id']}/verdicts" class="line">
          <input type="hidden" name="form_token" value="${session.form_token}">
          % for value, label in verdicts.items():
          <button type="submit" name="verdict" value="${value}" class="${'grave' if value == 'doubtful' else ''}" aria-label="${row['agent']} ${row['at']} ${label}">${label}</button>
          % endfor
        </form>
        % endif
      </td>
    </tr>
    % endfor
  </tbody>
</table>
% endif
