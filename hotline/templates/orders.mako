<%inherit file="base.mako"/>
<%namespace name="light" file="light.mako"/>
<h1>工单</h1>
<nav class="filters" aria-label="按状态筛选">
  <a href="/orders" ${'aria-current="page"' if not state else '' | n}>全部</a>
  % for name, word in states.items():
  <a href="/orders?state=${name}" ${'aria-current="page"' if state == name else '' | n}>${word}</a>
  % endfor
</nav>
<p class="hint">平台时间 ${now}，先登记的排在前面。<a href="/orders${'?state=' + state if state else ''}">刷新</a></p>
% if not rows:
<p class="empty">${'这一类现在没有工单。' if first_page else '后面没有工单了。'}</p>
% else:
<table class="orders" role="table">
  <caption class="unseen">${states.get(state, '全部')}工单</caption>
  <thead role="rowgroup">
    <tr role="row">
      <th scope="col" role="columnheader">单号</th><th scope="col" role="columnheader">类型</th><th scope="col" role="columnheader">标题</th>
      <th scope="col" role="columnheader">状态</th><th scope="col" role="columnheader">登记</th><th scope="col" role="columnheader">时限</th>
    </tr>
  </thead>
  <tbody role="rowgroup">
    % for row in rows:
    <tr role="row" class="${row.light}">
      <th scope="row" role="rowheader" data-label="单号"><a href="${row.href}">${row.number}</a></th>
      <td role="cell" data-label="类型">${row.kind}</td>
      <td role="cell" class="wide" data-label="标题">${row.title}</td>
      <td role="cell" data-label="状态">${row.state}</td>
      <td role="cell" data-label="登记">${row.created}</td>
      <td role="cell" class="wide" data-label="时限">${row.due} ${light.mark(row)}
        % if row.left:
        <span class="left">${row.left}</span>
        % endif
      </td>
    </tr>
    % endfor
  </tbody>
</table>
% endif
% if next_cursor:
<p class="pager">
  <a rel="next" href="/orders?${'state=' + state + '&' if state else ''}cursor=${next_cursor | u}">下一页</a>
</p>
% endif
