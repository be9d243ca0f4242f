<%inherit file="base.mako"/>
<%namespace name="parts" file="knowledge_parts.mako"/>
<h1>待审核</h1>
${parts.menu('/knowledge/review')}
<p class="hint">写的人不能发布自己写的，要另一位审核员看过。</p>
% if not rows:
<p class="empty">没有待审核的版本。</p>
% else:
<table class="orders" role="table">
  <caption class="unseen">待审核的版本</caption>
  <thead role="rowgroup">
    <tr role="row"><th scope="col" role="columnheader">标准问题</th><th scope="col" role="columnheader">版本</th><th scope="col" role="columnheader">作者</th><th scope="col" role="columnheader">定时</th><th scope="col" role="columnheader">谁审</th></tr>
  </thead>
  <tbody role="rowgroup">
    % for one in rows:
    <tr role="row">
      <th scope="row" role="rowheader" class="wide"><a href="${one['row'].href}?version=${one['number']}">${one['question']}</a><br><span class="hint">${one['row'].entry_id}</span></th>
      <td role="cell" data-label="版本">第${one['number']}版（${one['kind']}）</td>
      <td role="cell" class="wide" data-label="作者">${one['authors']}</td>
      <td role="cell" class="wide" data-label="定时">${one['schedule']}</td>
      <td role="cell" data-label="谁审">${'要别人审' if one['own'] else '您可以审' if may_review else '审核员'}</td>
    </tr>
    % endfor
  </tbody>
</table>
% endif
