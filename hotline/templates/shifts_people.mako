<%inherit file="base.mako"/>
<%namespace name="parts" file="shifts_parts.mako"/>
<%block name="head"><link rel="stylesheet" href="/static/shifts.css"></%block>
<h1>技能和接待上限</h1>
${parts.menu(session, here)}
% if done:
<p class="good" role="status">${done}已保存，马上按新的分配会话。</p>
% endif
<p class="hint">会话先分给技能相符的坐席，再看谁手上最少。地区写到区县（例如510107）或者整个市州（510100）。上限是同时接待的会话数，0表示不接；手上已有的会话不受影响。</p>
% for row in rows:
<form method="post" action="${row['href']}" class="card person" aria-label="${row['number']} ${row['name']}">
  <input type="hidden" name="form_token" value="${session.form_token}">
  <input type="hidden" name="version" value="${row['version']}">
  <h2>${row['number']} ${row['name']} <span class="left">${row['now']}</span></h2>
  % if row['fault']:
  <p class="alert" role="alert">${row['fault']}</p>
  % endif
  <div class="skills">
    % for name, label in (('languages', '语言'), ('topics', '事项')):
    <fieldset><legend>${label}</legend>
      <div class="days">
        % for value, words, ticked in row[name]:
        <label class="tick"><input type="checkbox" name="${name}" value="${value}" ${'checked' if ticked else ''}> ${words}</label>
        % endfor
      </div>
    </fieldset>
    % endfor
  </div>
  <div class="fields">
    <div><label for="districts-${row['number']}">地区（行政区划代码，用空格隔开）</label><input id="districts-${row['number']}" name="districts" value="${row['districts']}" maxlength="400" autocomplete="off"></div>
    <div><label for="capacity-${row['number']}">同时接待上限</label><input id="capacity-${row['number']}" name="capacity" type="number" min="0" max="20" value="${row['capacity']}" required></div>
  </div>
  <button type="submit">保存<span class="unseen">${row['number']}的技能和上限</span></button>
</form>
% endfor
