<%inherit file="base.mako"/>
<%namespace name="light" file="light.mako"/>
<h1>工单</h1>
<nav class="filters" aria-label="按状态筛选">
  <a href="/orders?${narrowed.query(state='')}" ${'aria-current="page"' if not narrowed.state else '' | n}>全部</a>
  % for name, word in states.items():
  <a href="/orders?${narrowed.query(state=name)}" ${'aria-current="page"' if narrowed.state == name else '' | n}>${word}</a>
  % endfor
</nav>
<form class="narrowing" method="get" action="/orders">
  <input type="hidden" name="state" value="${narrowed.state}">
  <label>承办单位 <select name="department"><option value="">不限</option>
    % for code, name in departments:
    <option value="${code}" ${'selected' if code == narrowed.department else ''}>${name}</option>
    % endfor
  </select></label>
  <label>紧急程度 <select name="urgency"><option value="">不限</option>
    % for code, name in urgencies.items():
    <option value="${code}" ${'selected' if code == narrowed.urgency else ''}>${name}</option>
    % endfor
  </select></label>
  <label>排列 <select name="order">
    % for code, name in orders.items():
    <option value="${code}" ${'selected' if code == narrowed.order else ''}>${name}</option>
    % endfor
  </select></label>
  <label class="tick"><input type="checkbox" name="late" value="yes" ${'checked' if narrowed.late else ''}> 只看超期</label>
  <button type="submit">筛选</button>
</form>
<p class="hint">平台时间 ${now}，${orders[narrowed.order]}。<a href="/orders?${narrowed.query()}">刷新</a>
  % if session.may('order.create'):
  <a href="/orders/new">登记工单</a>
  % endif
  % if session.may('order.export'):
  <a href="/orders/export?${narrowed.query()}">导出</a>
  % endif
</p>
% if not rows:
<p class="empty">${'这一类现在没有工单。' if first_page else '后面没有工单了。'}</p>
% else:
<table class="orders" role="table">
  <caption class="unseen">${states.get(narrowed.state, '全部')}工单</caption>
  <thead role="rowgroup">
    <tr role="row">
      <th scope="col" role="columnheader">单号</th><th scope="col" role="columnheader">类型</th><th scope="col" role="columnheader">标题</th>
      <th scope="col" role="columnheader">状态</th><th scope="col" role="columnheader">登记</th><th scope="col" role="columnheader">时限</th>
    </tr>
  </thead>
  <tbody role="rowgroup">
    % for row in rows:
    <tr role="row" class="${row.limit.light}">
      <th scope="row" role="rowheader" data-label="单号"><a href="${row.href}">${row.number}</a></th>
      <td role="cell" class="wide" data-label="类型">${row.kind}
        % if row.urgency:
        <strong class="tag">${row.urgency}</strong>
        % endif
        <span class="left">${row.topic}</span></td>
      <td role="cell" class="wide" data-label="标题">${row.title}</td>
      <td role="cell" class="wide" data-label="状态"><span class="state">${row.state}</span>
        % if row.department:
        <span class="left">${row.department}</span>
        % endif
      </td>
      <td role="cell" data-label="登记">${row.created}</td>
      <td role="cell" class="wide" data-label="时限">
        % if row.signing:
        <p class="limit">签收 ${light.limit(row.signing)}</p>
        <p class="limit">答复 ${light.limit(row.limit)}</p>
        % else:
        ${light.limit(row.limit)}
        % endif
      </td>
    </tr>
    % endfor
  </tbody>
</table>
% endif
% if next_cursor:
<p class="pager">
  <a rel="next" href="/orders?${narrowed.query(cursor=next_cursor)}">下一页</a>
</p>
% endif
