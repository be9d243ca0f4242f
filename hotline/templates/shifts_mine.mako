<%inherit file="base.mako"/>
<%namespace name="parts" file="shifts_parts.mako"/>
<%block name="head"><link rel="stylesheet" href="/static/shifts.css"></%block>
<h1>我的班次</h1>
${parts.menu(session, here)}
% if done:
<p class="good" role="status">${done}</p>
% endif
% if fault:
<p class="alert" role="alert">${fault}</p>
% endif
<div class="halves">
<section class="card" aria-labelledby="shifts">
  <h2 id="shifts">接下来四周</h2>
  % if not shifts:
  <p>还没有给您排班。</p>
  % else:
  <ul class="rows">
    % for text in shifts:
    <li class="row"><p>${text}</p></li>
    % endfor
  </ul>
  % endif
</section>
<section class="card" aria-labelledby="leave">
  <h2 id="leave">请假</h2>
  % if leaves:
  <ul class="rows">
    % for one in leaves:
    <li class="row"><p>${one['days']}，${one['kind']}：${one['said']}${'（' + one['reply'] + '）' if one['reply'] else ''}</p>
      % if one['state'] == 'asked':
      <form method="post" action="/shifts/mine/leaves/${one['leave_id']}">
        <input type="hidden" name="form_token" value="${session.form_token}">
        <button type="submit" class="quiet small">撤回<span class="unseen">${one['days']}的请假</span></button>
      </form>
      % endif
    </li>
    % endfor
  </ul>
  % endif
  <form method="post" action="/shifts/mine/leaves">
    <input type="hidden" name="form_token" value="${session.form_token}">
    <div class="fields">
      <div><label for="first">从</label><input id="first" name="first" type="date" required min="${first}"></div>
      <div><label for="last">到</label><input id="last" name="last" type="date" required min="${first}"></div>
      <div><label for="kind">种类</label><select id="kind" name="kind">
        % for key, label in kinds.items():
        <option value="${key}">${label}</option>
        % endfor
      </select></div>
    </div>
    <button type="submit">申请请假</button>
  </form>
</section>
<section class="card" aria-labelledby="swaps">
  <h2 id="swaps">换班</h2>
  % if swaps:
  <ul class="rows">
    % for one in swaps:
    <li class="row">
      <p>${'您' if one['asker'] == me else one['asker']}的${one['given']}给${'您' if one['other'] == me else one['other']}${'，换' + one['taken'] if one['taken'] else '，不换回'}：${one['said']}${'（' + one['reply'] + '）' if one['reply'] else ''}</p>
      % if one['other'] == me and one['state'] == 'asked':
      <form method="post" action="/shifts/mine/swaps/${one['swap_id']}">
        <input type="hidden" name="form_token" value="${session.form_token}">
        <button type="submit" name="answer" value="agreed">同意<span class="unseen">和${one['asker']}换班</span></button>
        <button type="submit" name="answer" value="declined" class="grave">不换<span class="unseen">，答复${one['asker']}</span></button>
      </form>
      % elif one['asker'] == me and one['state'] in ('asked', 'agreed'):
      <form method="post" action="/shifts/mine/swaps/${one['swap_id']}">
        <input type="hidden" name="form_token" value="${session.form_token}">
        <button type="submit" name="answer" value="withdrawn" class="quiet small">撤回<span class="unseen">和${one['other']}的换班</span></button>
      </form>
      % endif
    </li>
    % endfor
  </ul>
  % endif
  % if own and colleagues:
  <form method="post" action="/shifts/mine/swaps">
    <input type="hidden" name="form_token" value="${session.form_token}">
    <label for="shift_id">我的这个班</label>
    <select id="shift_id" name="shift_id">
      % for shift_id, text in own:
      <option value="${shift_id}">${text}</option>
      % endfor
    </select>
    <label for="for">换同事的班，或者请同事代班</label>
    <select id="for" name="for" required>
      <option value="">请选择</option>
      % if others:
      <optgroup label="换班">
        % for value, text in others:
        <option value="${value}">${text}</option>
        % endfor
      </optgroup>
      % endif
      <optgroup label="代班，不换回">
        % for value, text in colleagues:
        <option value="${value}">${text}</option>
        % endfor
      </optgroup>
    </select>
    <button type="submit">发给同事</button>
  </form>
  % else:
  <p class="hint">有排好的班时，可以在这里申请换班。</p>
  % endif
</section>
</div>
