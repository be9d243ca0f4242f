<%inherit file="base.mako"/>
<%namespace name="parts" file="quality_parts.mako"/>
<%block name="head"><link rel="stylesheet" href="/static/quality.css"></%block>
<h1>质检申诉</h1>
${parts.menu(session, here)}
<h2>待裁定</h2>
% if not waiting:
<p class="empty">没有等待裁定的申诉。</p>
% else:
<ul class="rows card">
  % for row, barred in waiting:
  <li class="row"><p>${row.source} ${row.subject}，坐席 ${row.agent}，评分人 ${row.scorer}，${row.total}</p>
    % if barred:
    <p class="hint">您参与过或者是评分人，由别的班长裁定。</p>
    % else:
    <p><a class="button" href="/quality/appeals/${row.case_id}">裁定<span class="unseen">：${row.source} ${row.subject}</span></a></p>
    % endif
  </li>
  % endfor
</ul>
% endif
<h2>已裁定</h2>
% if not decided:
<p class="empty">还没有裁定过的申诉。</p>
% else:
<ul class="rows card">
  % for row in decided:
  <li class="row"><p><a href="/quality/appeals/${row.case_id}">${row.source} ${row.subject}</a>，坐席 ${row.agent}，${row.state}，${row.total}</p></li>
  % endfor
</ul>
% endif
