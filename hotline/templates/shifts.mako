<%inherit file="base.mako"/>
<%namespace name="parts" file="shifts_parts.mako"/>
<%block name="head"><link rel="stylesheet" href="/static/shifts.css"></%block>
<h1>排班</h1>
${parts.menu(session, here)}
% if done:
<p class="good" role="status">${done}</p>
% endif
% if fault:
<p class="alert" role="alert">${fault}</p>
% endif
${parts.weeks('/shifts', earlier, later)}
% if concerns:
<section class="card worry-list" aria-labelledby="worries">
  <h2 id="worries">请注意</h2>
  <ul>
    % for text in concerns:
    <li>${text}</li>
    % endfor
  </ul>
</section>
% endif
<div class="scroll" tabindex="0" role="region" aria-label="一周班表">
<table class="plan">
  <caption class="unseen">一周班表</caption>
  <thead><tr><th scope="col">坐席</th>
    % for _, label, now in days:
    <th scope="col" ${'aria-current="date"' if now else '' | n}>${label}</th>
    % endfor
  </tr></thead>
  <tbody>
    % for row in rows:
    <tr><th scope="row">${row.number}<br><span class="left">${row.name}</span></th>
      % for (cells, away), (day, label, _) in zip(row.days, days):
      <td>
        % if away:
        <p class="away">请假</p>
        % endif
        % for cell in cells:
        <div class="shift ${'worry' if cell.worry else ''}">
          <p><strong>${cell.label}</strong><br>${cell.hours}
          % if cell.worry:
          <br><span class="flag">⚠ 有提醒</span>
          % endif
          </p>
          <form method="post" action="/shifts/removals">
            <input type="hidden" name="form_token" value="${session.form_token}">
            <input type="hidden" name="shift_id" value="${cell.shift_id}">
            <button type="submit" class="quiet small" aria-label="取消${row.number} ${label}${cell.label}">取消</button>
          </form>
        </div>
        % endfor
      </td>
      % endfor
    </tr>
    % endfor
  </tbody>
</table>
</div>
<div class="halves">
<section class="card" aria-labelledby="add">
  <h2 id="add">排一个班</h2>
  <form method="post" action="/shifts">
    <input type="hidden" name="form_token" value="${session.form_token}">
    <input type="hidden" name="week" value="${monday}">
    <div class="fields">
      <div><label for="agent">坐席</label><select id="agent" name="agent">
        % for number, name in people:
        <option value="${number}">${number} ${name}</option>
        % endfor
      </select></div>
      <div><label for="template">班次</label><select id="template" name="template">
        % for template in templates:
        <option value="${template.key}">${template.label} ${template.says()}</option>
        % endfor
      </select></div>
    </div>
    <fieldset><legend>哪几天</legend>
      <div class="days">
        % for day, label, _ in days:
        <label class="tick"><input type="checkbox" name="days" value="${day}"> ${label}</label>
        % endfor
      </div>
    </fieldset>
    <button type="submit">排班</button>
  </form>
</section>
<section class="card" aria-labelledby="copy">
  <h2 id="copy">复制这一周</h2>
  <p class="hint">后面几周照这一周排；已经排了的不动，重叠的不排。</p>
  <form method="post" action="/shifts/copies">
    <input type="hidden" name="form_token" value="${session.form_token}">
    <input type="hidden" name="week" value="${monday}">
    <label for="weeks">复制到后面几周</label>
    <input id="weeks" name="weeks" type="number" min="1" max="${most_weeks}" value="1" required>
    <button type="submit">复制</button>
  </form>
</section>
</div>
