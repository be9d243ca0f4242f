<%inherit file="base.mako"/>
<p><a href="/calls">← 来电</a></p>
<h1>来电助手：采纳情况</h1>
<nav class="filters" aria-label="时间">
  % for choice in choices:
  <a href="/calls/figures?days=${choice}" ${'aria-current="page"' if choice == days else '' | n}>${'今天起24小时' if choice == 1 else '近%d天' % choice}</a>
  % endfor
</nav>
<dl class="card">
  <dt>来电</dt><dd>${figures.calls}通</dd>
  <dt>显示的建议</dt><dd>${figures.shown}条</dd>
  <dt>采用</dt><dd>${figures.used}条，采纳率 ${rate}</dd>
  <dt>打开原文</dt><dd>${figures.clicked}条</dd>
  <dt>标为不对</dt><dd>${figures.wrong}条</dd>
</dl>
% if rows:
<table class="orders" role="table">
  <caption class="unseen">每条建议的情况，标为不对最多的在前</caption>
  <thead role="rowgroup">
    <tr role="row"><th scope="col" role="columnheader">条目</th><th scope="col" role="columnheader">显示</th><th scope="col" role="columnheader">采用</th><th scope="col" role="columnheader">采纳率</th><th scope="col" role="columnheader">不对</th><th scope="col" role="columnheader">为什么不对</th></tr>
  </thead>
  <tbody role="rowgroup">
    % for row in rows:
    <tr role="row">
      <th scope="row" role="rowheader" class="wide"><a href="${row['href']}">${row['question']}</a></th>
      <td role="cell" data-label="显示">${row['tally'].shown}</td>
      <td role="cell" data-label="采用">${row['tally'].used}</td>
      <td role="cell" data-label="采纳率">${row['rate']}</td>
      <td role="cell" data-label="不对">${row['tally'].wrong}</td>
      <td role="cell" class="wide" data-label="为什么不对">${row['wrong'] or '–'}</td>
    </tr>
    % endfor
  </tbody>
</table>
% else:
<p class="hint">这段时间没有显示过建议。</p>
% endif
<p class="hint">一条建议在一通电话里只算一次；停下来打字时还在屏幕上的才算显示过。标为不对的，当时的问法进“没答上来的”。</p>
