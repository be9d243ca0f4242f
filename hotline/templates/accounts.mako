<%inherit file="base.mako"/>
<h1>账号</h1>
<p>
  % if session.may('accounts.manage'):
  <a class="button" href="/accounts/new">新增账号</a>
  % endif
  <a href="/roles">角色和权限</a>
</p>
<table class="orders" role="table">
  <caption class="unseen">全部账号</caption>
  <thead role="rowgroup">
    <tr role="row"><th scope="col" role="columnheader">工号</th><th scope="col" role="columnheader">姓名</th><th scope="col" role="columnheader">角色</th><th scope="col" role="columnheader">状态</th><th scope="col" role="columnheader">最近登录</th></tr>
  </thead>
  <tbody role="rowgroup">
    % for row in rows:
    <tr role="row">
      <th scope="row" role="rowheader" data-label="工号"><a href="/accounts/${row['number'] | u}">${row['number']}</a></th>
      <td role="cell" data-label="姓名">${row['name']}</td>
      <td role="cell" class="wide" data-label="角色">${row['roles']}
        % if row['department']:
        <span class="left">${row['department']}</span>
        % endif
      </td>
      <td role="cell" class="wide" data-label="状态">${row['state']}</td>
      <td role="cell" data-label="最近登录">${row['seen']}</td>
    </tr>
    % endfor
  </tbody>
</table>
