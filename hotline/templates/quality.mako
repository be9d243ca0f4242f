<%inherit file="base.mako"/>
<%namespace name="parts" file="quality_parts.mako"/>
<%block name="head"><link rel="stylesheet" href="/static/quality.css"></%block>
<h1>质检</h1>
${parts.menu(session, here)}
% if drawn:
<% counts = drawn.split('-') %>
% if len(counts) == 3:
<p class="good" role="status">抽样完成：共${counts[0]}件，抽中${counts[1]}件，其中新增${counts[2]}件。</p>
% endif
% endif
<nav class="filters" aria-label="按状态筛选">
  % for name, label in (('mine', '待我评分'), ('waiting', '全部待评'), ('done', '已评')):
  <a href="/quality?show=${name}" ${'aria-current="page"' if shown == name else '' | n}>${label}</a>
  % endfor
</nav>
% if not rows:
<p class="empty">这里没有质检任务。每周的样本在一周结束一天以后自动抽出。</p>
% else:
<table class="orders" role="table">
  <caption class="unseen">质检任务</caption>
  <thead role="rowgroup">
    <tr role="row"><th scope="col" role="columnheader">对象</th><th scope="col" role="columnheader">坐席</th><th scope="col" role="columnheader">结束时间</th><th scope="col" role="columnheader">抽样原因</th><th scope="col" role="columnheader">评分人</th><th scope="col" role="columnheader">状态</th></tr>
  </thead>
  <tbody role="rowgroup">
    % for row in rows:
    <tr role="row">
      <th scope="row" role="rowheader" data-label="对象">
        % if row.barred:
        ${row.source} ${row.subject}<span class="left">（您参与过，由别人评）</span>
        % else:
        <a href="/quality/cases/${row.case_id}">${row.source} ${row.subject}</a>
        % endif
      </th>
      <td role="cell" data-label="坐席">${row.agent}</td>
      <td role="cell" data-label="结束时间">${row.ended}</td>
      <td role="cell" data-label="抽样原因"><span class="chip">${row.why}</span></td>
      <td role="cell" data-label="评分人">${'我' if row.mine else row.scorer}</td>
      <td role="cell" data-label="状态">${row.state} ${row.total}${'，有草稿' if row.begun and row.state == '待评分' else ''}</td>
    </tr>
    % endfor
  </tbody>
</table>
% endif
<div class="halves">
<section class="card" aria-labelledby="by-hand">
  <h2 id="by-hand">手工抽样</h2>
  <p class="hint">同样的日期和种子，抽出的样本总是一样；自己参与过的不会抽到。必查的全部抽出，另外每位坐席随机抽会话${plans['chat'].per_agent}个、工单${plans['order'].per_agent}张。</p>
  % if fault:
  <p class="alert" role="alert">${fault}</p>
  % endif
  <form method="post" action="/quality/draws">
    <input type="hidden" name="form_token" value="${session.form_token}">
    <div class="fields">
      <div><label for="source">抽什么</label>
        <select id="source" name="source">
          % for key, label in sources.items():
          <option value="${key}" ${'selected' if typed['source'] == key else ''}>${label}</option>
          % endfor
        </select></div>
      <div><label for="first">从</label><input id="first" name="first" type="date" required value="${typed['first']}"></div>
      <div><label for="last">到</label><input id="last" name="last" type="date" required value="${typed['last']}"></div>
      <div><label for="seed">抽样种子</label><input id="seed" name="seed" required maxlength="40" pattern="[0-9A-Za-z_\-]+" value="${typed['seed']}" autocomplete="off"></div>
    </div>
    <button type="submit">抽样</button>
  </form>
</section>
<section class="card" aria-labelledby="draws">
  <h2 id="draws">最近的抽样</h2>
  % if not draws:
  <p>还没有抽过样。</p>
  % else:
  <ul class="rows">
    % for draw, size, source, at in draws:
    <li class="row"><p>${source}，${draw.period.first}至${draw.period.last}：${draw.population}件里抽中${size}件<br>
      <span class="hint">${'每周自动' if draw.automatic else '工号 ' + draw.drawn_by}，${at}，种子 ${draw.seed}</span></p></li>
    % endfor
  </ul>
  % endif
</section>
</div>
