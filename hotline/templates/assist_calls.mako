<%inherit file="base.mako"/>
<%block name="head"><script type="module" src="/static/ringing.js"></script></%block>
<h1>来电</h1>
<div id="ringing" data-known="${known}" data-missed="${missed}" data-opens="yes"><p id="ringing-word" role="status"></p></div>
<nav class="filters rooms" aria-label="来电">
  <a href="/calls" aria-current="page">我的来电</a>
  <a href="/calls/missed">漏接来电（<b data-missed-count>${missed}</b>）</a>
</nav>
<form class="card line" method="post" action="/calls/new">
  <input type="hidden" name="form_token" value="${session.form_token}">
  <button type="submit" autofocus>接一个来电</button>
  <p class="hint">交换机转来的电话，接起来就自动打开。没有自动打开的，一接起来就点，边听边记；记录自动保存，关掉页面也不会丢。</p>
</form>
<form class="card line" method="post" action="/calls/seat">
  <input type="hidden" name="form_token" value="${session.form_token}">
  <label for="extension">我的分机</label>
  <input id="extension" name="extension" value="${seat}" inputmode="numeric" pattern="[0-9]{0,12}" maxlength="12" size="8" autocomplete="off" aria-describedby="extension_hint">
  <button class="quiet small" type="submit">就坐这里</button>
  <p class="hint" id="extension_hint">交换机按工号转接的不用填；下班时清空。</p>
</form>
% if may_see_figures:
<p><a href="/calls/figures">采纳情况</a></p>
% endif
<%def name="rows(found, caption)">
<table class="orders" role="table">
  <caption class="unseen">${caption}</caption>
  <thead role="rowgroup">
    <tr role="row"><th scope="col" role="columnheader">通话</th><th scope="col" role="columnheader">开始</th><th scope="col" role="columnheader">说的是</th><th scope="col" role="columnheader">地区</th><th scope="col" role="columnheader">工单</th></tr>
  </thead>
  <tbody role="rowgroup">
    % for row in found:
    <tr role="row">
      <th scope="row" role="rowheader"><a href="${row['href']}">${row['number']}</a></th>
      <td role="cell" data-label="开始">${row['begun']}</td>
      <td role="cell" class="wide" data-label="说的是">${row['matter']}</td>
      <td role="cell" data-label="地区">${row['district'] or '–'}</td>
      <td role="cell" data-label="工单">
        % if row['order']:
        <a href="/orders/${row['order'] | u}">${row['order']}</a>
        % else:
        –
        % endif
      </td>
    </tr>
    % endfor
  </tbody>
</table>
</%def>
<h2>正在通话</h2>
% if open_rows:
${rows(open_rows, '正在通话')}
% else:
<p class="hint">没有正在进行的通话。</p>
% endif
% if done_rows:
<h2>已结束</h2>
${rows(done_rows, '已结束的通话')}
% endif
