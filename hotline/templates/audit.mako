<%inherit file="base.mako"/>
<h1>操作记录</h1>
<p class="hint">
  ${'工单 ' + subject + ' 的记录。' if subject else '最近100条。'}记录只增不改。
  <a href="/audit?check=1">检查是否完整</a>
</p>
% if checked and broken is None:
<p class="good" role="status">记录完整，没有被改动。</p>
% elif checked:
<p class="alert" role="alert">第${broken}条起对不上，记录可能被改动，请立即报告管理员。</p>
% endif
% if not rows:
<p class="empty">还没有记录。</p>
% else:
<table class="orders" role="table">
  <caption class="unseen">操作记录</caption>
  <thead role="rowgroup">
    <tr role="row"><th scope="col" role="columnheader">时间</th><th scope="col" role="columnheader">工号</th><th scope="col" role="columnheader">操作</th><th scope="col" role="columnheader">对象</th><th scope="col" role="columnheader">变化</th></tr>
  </thead>
  <tbody role="rowgroup">
    % for row in rows:
    <tr role="row">
      <td role="cell" data-label="时间">${row['at']}</td>
      <td role="cell" data-label="工号">${row['agent']}</td>
      <td role="cell" data-label="操作">${row['action']}</td>
      <td role="cell" class="wide" data-label="对象">${row['subject']}</td>
      <td role="cell" data-label="变化">${row['change'] or '无'}</td>
    </tr>
    % endfor
  </tbody>
</table>
% endif
