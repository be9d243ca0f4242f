<%inherit file="base.mako"/>
<%block name="head"><script type="module" src="/static/ringing.js"></script></%block>
<h1>漏接来电</h1>
<div id="ringing" data-known="" data-missed="${open_count}"><p id="ringing-word" role="status"></p></div>
<nav class="filters rooms" aria-label="来电">
  <a href="/calls">我的来电</a>
  <a href="/calls/missed" aria-current="page">漏接来电（<b data-missed-count>${open_count}</b>）</a>
</nav>
<p class="hint">没接到的电话，每个来电人一件。认领以后由您一个人回拨；来电人自己又打进来、有人接了，就自动办结。</p>
<%def name="rows(found, caption)">
<table class="orders" role="table">
  <caption class="unseen">${caption}</caption>
  <thead role="rowgroup">
    <tr role="row"><th scope="col" role="columnheader">来电号码</th><th scope="col" role="columnheader">打了几次</th><th scope="col" role="columnheader">最近一次</th><th scope="col" role="columnheader">最长等了</th><th scope="col" role="columnheader">情况</th><th scope="col" role="columnheader">操作</th></tr>
  </thead>
  <tbody role="rowgroup">
    % for row in found:
    <tr role="row">
      <th scope="row" role="rowheader"><a href="${row['href']}">${row['caller']}</a></th>
      <td role="cell" data-label="打了几次">${row['times']}次</td>
      <td role="cell" data-label="最近一次">${row['last']}</td>
      <td role="cell" data-label="最长等了">${row['waited']}</td>
      <td role="cell" class="wide" data-label="情况">${row['state']}${'：' + row['reason'] if row['reason'] else ''}</td>
      <td role="cell" data-label="操作">
        % if row['is_mine']:
        <a class="button" href="${row['href']}">去回拨</a>
        % elif row['can_claim']:
        <form method="post" action="${row['href']}/moves">
          <input type="hidden" name="form_token" value="${session.form_token}">
          <input type="hidden" name="version" value="${row['version']}">
          <button class="small" type="submit" name="move" value="claim">认领<span class="unseen">${row['caller']}</span></button>
        </form>
        % else:
        –
        % endif
      </td>
    </tr>
    % endfor
  </tbody>
</table>
</%def>
<h2>要回拨的</h2>
% if open_rows:
${rows(open_rows, '要回拨的')}
% else:
<p class="empty">没有要回拨的电话。</p>
% endif
% if done_rows:
<h2>今天办结的</h2>
${rows(done_rows, '今天办结的')}
% endif
