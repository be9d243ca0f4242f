<%inherit file="base.mako"/>
<%namespace name="parts" file="shifts_parts.mako"/>
<%block name="head"><link rel="stylesheet" href="/static/shifts.css"></%block>
<h1>请假和换班</h1>
${parts.menu(session, here)}
% if done:
<p class="good" role="status">${done}</p>
% endif
% if fault:
<p class="alert" role="alert">${fault}</p>
% endif
<h2>请假</h2>
% if not leaves:
<p class="empty">没有等待批准的请假。</p>
% endif
% for one in leaves:
<form method="post" action="/shifts/wishes/leaves/${one['leave_id']}" class="card">
  <input type="hidden" name="form_token" value="${session.form_token}">
  <h3>${one['agent']}：${one['days']}，${one['kind']}</h3>
  <p>${'这几天排了%d个班，批准后不算在岗。' % one['met'] if one['met'] else '这几天没有排班。'}</p>
  % if one['agent'] == me:
  <p class="hint">自己的请假由别的班长批准。</p>
  % else:
  <label for="reply-${one['leave_id']}">答复（可以不写）</label>
  <input id="reply-${one['leave_id']}" name="reply" maxlength="${most}">
  <button type="submit" name="verdict" value="granted">批准<span class="unseen">${one['agent']}的请假</span></button>
  <button type="submit" name="verdict" value="refused" class="grave">不批准<span class="unseen">${one['agent']}的请假</span></button>
  % endif
</form>
% endfor
<h2>换班</h2>
% if not swaps:
<p class="empty">没有等待批准的换班。</p>
% endif
% for one in swaps:
<form method="post" action="/shifts/wishes/swaps/${one['swap_id']}" class="card">
  <input type="hidden" name="form_token" value="${session.form_token}">
  <h3>${one['asker']}和${one['other']}</h3>
  <p>${one['asker']}的${one['given']}给${one['other']}；${one['other'] + '的' + one['taken'] + '给' + one['asker'] if one['taken'] else '不换回'}。</p>
  % if me in (one['asker'], one['other']):
  <p class="hint">自己的换班由别的班长批准。</p>
  % else:
  <label for="reply-${one['swap_id']}">答复（可以不写）</label>
  <input id="reply-${one['swap_id']}" name="reply" maxlength="${most}">
  <button type="submit" name="verdict" value="granted">批准<span class="unseen">${one['asker']}的换班</span></button>
  <button type="submit" name="verdict" value="refused" class="grave">不批准<span class="unseen">${one['asker']}的换班</span></button>
  % endif
</form>
% endfor
