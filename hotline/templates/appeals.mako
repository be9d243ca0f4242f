<%inherit file="base.mako"/>
<%namespace name="light" file="light.mako"/>
<h1>申诉</h1>
<nav class="filters" aria-label="按状态筛选">
  <a href="/appeals" ${'aria-current="page"' if not state else '' | n}>全部</a>
  % for name, word in states.items():
  <a href="/appeals?state=${name}" ${'aria-current="page"' if state == name else '' | n}>${word}</a>
  % endfor
</nav>
<p class="hint">平台时间 ${now}，先提交的排在前面。<a href="/appeals${'?state=' + state if state else ''}">刷新</a></p>
% if not rows:
<p class="empty">这一类现在没有申诉。</p>
% else:
<table class="orders" role="table">
  <caption class="unseen">${states.get(state, '全部')}申诉</caption>
  <thead role="rowgroup">
    <tr role="row">
      <th scope="col" role="columnheader">编号</th><th scope="col" role="columnheader">申诉人</th><th scope="col" role="columnheader">原因</th>
      <th scope="col" role="columnheader">状态</th><th scope="col" role="columnheader">提交</th><th scope="col" role="columnheader">时限</th>
    </tr>
  </thead>
  <tbody role="rowgroup">
    % for row in rows:
    <tr role="row" class="${row.light}">
      <th scope="row" role="rowheader" data-label="编号"><a href="${row.href}">${row.number}</a></th>
      <td role="cell" data-label="申诉人">${row.name}</td>
      <td role="cell" class="wide" data-label="原因">${row.colour} · ${row.reason}</td>
      <td role="cell" data-label="状态">${row.state}</td>
      <td role="cell" data-label="提交">${row.created}</td>
      <td role="cell" class="wide" data-label="时限">${light.limit(row)}
      </td>
    </tr>
    % endfor
  </tbody>
</table>
% endif
% if next_cursor:
<p class="pager"><a rel="next" href="/appeals?${'state=' + state + '&' if state else ''}cursor=${next_cursor | u}">下一页</a></p>
% endif
