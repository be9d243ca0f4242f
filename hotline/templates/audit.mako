<%inherit file="base.mako"/>
<h1>操作记录</h1>
<p class="hint">${'符合条件的最近100条。' if narrowed else '最近100条。'}记录只增不改。<a href="/audit?check=1">检查是否完整</a></p>
% if finding is not None and finding.broken_at is None:
<p class="good" role="status">记录完整，没有被改动：${finding.entries}条，${finding.anchors}个锚点都对得上。</p>
% elif finding is not None:
<p class="alert" role="alert">第${finding.broken_at}条起对不上，记录可能被改动，请立即报告管理员。</p>
% endif
<form method="get" action="/audit" class="card filter">
  <div><label for="agent">工号</label><input id="agent" name="agent" value="${typed['agent']}" maxlength="40" autocomplete="off"></div>
  <div><label for="action">操作</label>
    <select id="action" name="action">
      <option value="">全部</option>
      % for value, label in actions.items():
      <option value="${value}" ${'selected' if typed['action'] == value else ''}>${label}</option>
      % endfor
    </select></div>
  <div><label for="subject">对象</label><input id="subject" name="subject" value="${typed['subject']}" maxlength="128" autocomplete="off"></div>
  <div><label for="since">从</label><input id="since" name="since" type="date" value="${typed['since']}"></div>
  <div><label for="until">到</label><input id="until" name="until" type="date" value="${typed['until']}"></div>
  <button type="submit">查找</button>
</form>
% if session.may('audit.export') and rows:
<form method="post" action="/audit/exports" class="card filter">
  <input type="hidden" name="form_token" value="${session.form_token}">
  % for name, value in typed.items():
  <input type="hidden" name="${name}" value="${value}">
  % endfor
  <div><label for="reason">导出事由</label><input id="reason" name="reason" required minlength="4" maxlength="200" autocomplete="off"></div>
  <button type="submit">导出</button>
  <p class="hint">导出会记入操作记录，文件里写明谁、什么时候导出。</p>
</form>
% endif
% if not rows:
<p class="empty">${'没有符合条件的记录。' if narrowed else '还没有记录。'}</p>
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
      <td role="cell" class="wide" data-label="变化">${row['change']}</td>
    </tr>
    % endfor
  </tbody>
</table>
% endif
% if more:
<p class="pager"><a rel="next" href="/audit?${more}">更早的</a></p>
% endif
