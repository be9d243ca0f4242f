<%inherit file="base.mako"/>
<%namespace name="parts" file="quality_parts.mako"/>
<%block name="head"><link rel="stylesheet" href="/static/quality.css"></%block>
<h1>我的质检</h1>
${parts.menu(session, here)}
<p class="hint">结果给出后5个工作日内可以确认或申诉，到期没有申诉就生效。</p>
% if not rows:
<p class="empty">还没有您的质检结果。</p>
% else:
<table class="orders" role="table">
  <caption class="unseen">我的质检结果</caption>
  <thead role="rowgroup"><tr role="row"><th scope="col" role="columnheader">对象</th><th scope="col" role="columnheader">得分</th><th scope="col" role="columnheader">状态</th><th scope="col" role="columnheader">评分时间</th><th scope="col" role="columnheader">申诉截止</th></tr></thead>
  <tbody role="rowgroup">
    % for row in rows:
    <tr role="row">
      <th scope="row" role="rowheader" data-label="对象"><a href="/quality/mine/${row['case_id']}">${row['source']}，${row['ended']}</a></th>
      <td role="cell" data-label="得分">${row['total']}</td>
      <td role="cell" data-label="状态">${row['state']}</td>
      <td role="cell" data-label="评分时间">${row['scored']}</td>
      <td role="cell" data-label="申诉截止">${row['until'] or '无'}</td>
    </tr>
    % endfor
  </tbody>
</table>
% endif
