<%inherit file="base.mako"/>
<%namespace name="light" file="light.mako"/>
<%namespace name="fields" file="fields.mako"/>
<%def name="step(form)">
  <form class="move" method="post" action="${order.row.href}/steps" aria-labelledby="do_${form.action}">
    <h3 id="do_${form.action}">${form.label}</h3>
    <p class="hint">${form.hint}</p>
    <input type="hidden" name="form_token" value="${session.form_token}">
    <input type="hidden" name="action" value="${form.action}">
    <input type="hidden" name="version" value="${version}">
    <input type="hidden" name="key" value="${key}">
    % for name in form.fields:
    <% id, required = f'{form.action}_{name}', name in form.required %>
    % if name == 'partners':
    ${fields.several(id, name, labels[name], choices[name])}
    % elif name == 'into':
    ${fields.number(id, name, labels[name], choices[name])}
    % elif name == 'until':
    ${fields.day(id, name, labels[name], values['until.min'], values['until.max'])}
    % elif name == 'decision':
    % if choices['decision']:
    ${fields.choice(id, name, labels[name], choices[name], '', True)}
    % endif
    % elif name in choices:
    ${fields.choice(id, name, labels[name], choices[name], values.get(name, ''), required)}
    % else:
    ${fields.free(id, name, labels[name], values.get(f'{form.action}.{name}', ''), longest[name], required)}
    % endif
    % endfor
    <button type="submit" class="${'grave' if form.grave else ''}">${form.label}</button>
  </form>
</%def>
<p><a href="/orders">← 返回工单列表</a></p>
% if done:
<p class="good" role="status">操作完成：${done}，现在是“${state}”。</p>
% endif
<h1>${order.row.title}</h1>
<div class="columns">
<section class="card facts" aria-labelledby="facts">
  <h2 id="facts">工单内容</h2>
  <dl>
    <dt>单号</dt><dd>${order.row.number} · <a href="${order.row.href}/print">打印</a></dd>
    <dt>状态</dt><dd>${order.row.state}</dd>
    <dt>时限</dt><dd>${light.limit(order.row.limit)}</dd>
    % if order.row.signing:
    <dt>签收时限</dt><dd>${light.limit(order.row.signing)}</dd>
    % endif
    % for label, value in order.facts:
    <dt>${label}</dt><dd>${value}</dd>
    % endfor
  </dl>
  % if session.may('person.reveal'):
  <p><a href="/reveals/of/${order.row.number | u}">看一项完整信息</a></p>
  % endif
  <h3>诉求</h3>
  <p class="text">${order.content}</p>
  % if order.evidence:
  <h3>填写依据</h3>
  <dl>
    % for label, said in order.evidence:
    <dt>${label}</dt><dd>“${said}”</dd>
    % endfor
  </dl>
  % endif
  % if order.draft_reply:
  <h3>承办单位的答复（还没有给群众看）</h3>
  <p class="text">${order.draft_reply}</p>
  % endif
  % if order.reply:
  <h3>答复</h3>
  <p class="text">${order.reply}</p>
  % endif
  % if order.similar:
  <h3>可能是同一件事</h3>
  <ul>
    % for number, about, standing in order.similar:
    <li><a href="/orders/${number}">${number}</a> ${about}（${standing}）</li>
    % endfor
  </ul>
  % endif
</section>
<section class="card moves" aria-labelledby="moves">
  <h2 id="moves">处理</h2>
  % if not forms:
  <p>这张工单已经结束，没有要做的了。</p>
  % endif
  % for form in forms:
  % if usual(form.action):
  ${step(form)}
  % endif
  % endfor
  % for form in forms:
  % if not usual(form.action):
  <details class="more"><summary>${form.label}</summary>
  ${step(form)}
  </details>
  % endif
  % endfor
</section>
<section class="card steps" aria-labelledby="events">
  <h2 id="events">经过</h2>
  <ol class="events">
    % for event in order.events:
    <li class="${'inner' if event.inner else ''}"><span class="at">${event.at} ${event.doer}</span> <strong>${event.step}</strong>
      ${event.text}
      % if event.remark:
      <span class="remark">${event.remark}</span>
      % endif
      % if event.inner:
      <span class="tag">内部</span>
      % endif
    </li>
    % endfor
  </ol>
</section>
</div>
