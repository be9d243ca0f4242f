<%inherit file="base.mako"/>
<%namespace name="light" file="light.mako"/>
<%namespace name="fields" file="fields.mako"/>
<p><a href="/orders">← 返回工单列表</a></p>
% if done:
<p class="good" role="status">操作完成，现在是“${done}”。</p>
% endif
<h1>${order.row.title}</h1>
<div class="columns">
<section class="card facts" aria-labelledby="facts">
  <h2 id="facts">工单内容</h2>
  <dl>
    <dt>单号</dt><dd>${order.row.number}</dd>
    <dt>状态</dt><dd>${order.row.state}</dd>
    <dt>时限</dt><dd>${order.row.due} ${light.mark(order.row)} ${order.row.left}</dd>
    <dt>类型</dt><dd>${order.row.kind} · ${order.category}</dd>
    <dt>登记</dt><dd>${order.row.created}</dd>
    <dt>来源</dt><dd>${order.channel}</dd>
    <dt>电话</dt><dd>${order.phone}</dd>
    <dt>地区</dt><dd>${order.division}</dd>
  </dl>
  <h3>诉求</h3>
  <p class="text">${order.content}</p>
  % if order.reply:
  <h3>答复</h3>
  <p class="text">${order.reply}</p>
  % endif
</section>
<section class="card moves" aria-labelledby="moves">
  <h2 id="moves">处理</h2>
  % if not order.moves:
  <p>这张工单已经结束，没有要做的了。</p>
  % endif
  % for move in order.moves:
  <form class="move" method="post" action="${order.row.href}/moves" aria-labelledby="to_${move.to}">
    <h3 id="to_${move.to}">${move.label}</h3>
    <p class="hint">${move.hint}</p>
    <input type="hidden" name="form_token" value="${session.form_token}">
    <input type="hidden" name="from" value="${state}">
    <input type="hidden" name="to" value="${move.to}">
    <input type="hidden" name="key" value="${key}">
    % if move.needs_reply and decisions:
    <label for="decision_${move.to}">核实结果（提交后马上办理）</label>
    <select id="decision_${move.to}" name="decision" required>
      <option value="">请选择</option>
      % for value, label in decisions.items():
      <option value="${value}">${label}</option>
      % endfor
    </select>
    % endif
    % if move.needs_reply:
    ${fields.reply('reply_' + move.to, '', max_reply)}
    % endif
    ${fields.note('note_' + move.to, '', max_note)}
    <button type="submit" class="${'grave' if move.to == 'withdrawn' else ''}">${move.label}</button>
  </form>
  % endfor
</section>
<section class="card steps" aria-labelledby="events">
  <h2 id="events">经过</h2>
  <ol class="events">
    % for event in order.events:
    <li><span class="at">${event.at}</span> <strong>${event.state}</strong> ${event.text}</li>
    % endfor
  </ol>
</section>
</div>
