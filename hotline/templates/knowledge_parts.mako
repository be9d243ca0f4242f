<%def name="menu(current)">
<nav class="filters rooms" aria-label="知识库">
  <%
  rooms = (
      ('/knowledge', '条目', 0), ('/knowledge/review', '待审核', waiting_count),
      ('/knowledge/questions', '没答上来的', question_count), ('/knowledge/expiring', '快到期', ending_count),
      ('/knowledge/try', '试一试', 0),
  )
  %>
  % for href, label, count in rooms:
  <a href="${href}" ${'aria-current="page"' if current == href else '' | n}>${label}${'（%d）' % count if count else ''}</a>
  % endfor
  % if may_edit:
  <a class="add" href="/knowledge/new" ${'aria-current="page"' if current == '/knowledge/new' else '' | n}>＋ 新建</a>
  % endif
</nav>
% if own_ending:
<p class="alert">您负责的条目有 ${own_ending} 条快到期，<a href="/knowledge/expiring">看是哪些</a>。</p>
% endif
</%def>

<%def name="diff(changes)">
% if not changes:
<p class="hint">没有差别。</p>
% else:
<dl class="changes">
  % for change in changes:
  <dt>${change.field}</dt>
  <dd class="text">\
% for kind, text in change.pieces:
% if kind == 'out':
<del><span class="unseen">删去：</span>${text}</del>\
% elif kind == 'in':
<ins><span class="unseen">加上：</span>${text}</ins>\
% else:
${text}\
% endif
% endfor
</dd>
  % endfor
</dl>
<p class="hint"><del>划线</del>是删去的，<ins>底线</ins>是加上的。</p>
% endif
</%def>

<%def name="hidden(token, to, version=None)">
<input type="hidden" name="form_token" value="${token}">
<input type="hidden" name="to" value="${to}">
% if version is not None:
<input type="hidden" name="number" value="${version.number}">
<input type="hidden" name="edit" value="${version.edit}">
% endif
</%def>

<%def name="entries(rows, caption)">
<table class="orders" role="table">
  <caption class="unseen">${caption}</caption>
  <thead role="rowgroup">
    <tr role="row">
      <th scope="col" role="columnheader">标准问题</th><th scope="col" role="columnheader">状态</th>
      <th scope="col" role="columnheader">地区</th><th scope="col" role="columnheader">有效期</th><th scope="col" role="columnheader">负责人</th>
    </tr>
  </thead>
  <tbody role="rowgroup">
    % for row in rows:
    <tr role="row">
      <th scope="row" role="rowheader" class="wide"><a href="${row.href}">${row.question}</a><br><span class="hint">${row.entry_id}</span></th>
      <td role="cell" data-label="状态"><span class="chip ${row.status}">${row.status_word}</span>
        % if row.open_word:
        <span class="chip draft">${row.open_word}</span>
        % endif
        % if row.upstream:
        <span class="chip upstream">文件有改动</span>
        % endif
        % if row.left:
        <span class="chip ended">${row.left}</span>
        % endif
      </td>
      <td role="cell" data-label="地区">${row.region}</td>
      <td role="cell" data-label="有效期">${row.days}</td>
      <td role="cell" class="wide" data-label="负责人">${row.owner}</td>
    </tr>
    % endfor
  </tbody>
</table>
</%def>

<%def name="shifts(found, effects)">
% if not found:
<p class="good" role="status">全部检验问题的答复都不变。</p>
% else:
<table class="orders" role="table">
  <caption class="unseen">答复会变的检验问题</caption>
  <thead role="rowgroup">
    <tr role="row"><th scope="col" role="columnheader">检验问题</th><th scope="col" role="columnheader">影响</th><th scope="col" role="columnheader">现在</th><th scope="col" role="columnheader">发布后</th></tr>
  </thead>
  <tbody role="rowgroup">
    % for shift in found:
    <tr role="row" class="${'red' if shift.is_worse else ''}">
      <th scope="row" role="rowheader" class="wide">${shift.before.question.text}</th>
      <td role="cell" class="wide" data-label="影响">${'✕ ' if shift.is_worse else ''}${effects[shift.effect]}</td>
      <td role="cell" class="wide" data-label="现在">${shift.before.told or '如实说不知道'}</td>
      <td role="cell" class="wide" data-label="发布后">${shift.after.told or '如实说不知道'}</td>
    </tr>
    % endfor
  </tbody>
</table>
% endif
</%def>
