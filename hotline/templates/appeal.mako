<%inherit file="base.mako"/>
<%namespace name="light" file="light.mako"/>
<%namespace name="fields" file="fields.mako"/>
<p><a href="/appeals">← 返回申诉列表</a></p>
% if fault:
<p class="alert" role="alert">${fault}</p>
% endif
<h1>${row.reason}</h1>
<div class="columns">
<section class="card facts" aria-labelledby="facts">
  <h2 id="facts">申诉内容</h2>
  <dl>
    <dt>编号</dt><dd>${row.number}</dd>
    <dt>申诉人</dt><dd>${row.name}</dd>
    <dt>状态</dt><dd>${row.state}</dd>
    <dt>时限</dt><dd>${light.limit(row)}</dd>
    <dt>申诉的颜色</dt><dd>${row.colour}（现在是${present}）</dd>
    <dt>申诉的判断</dt><dd>${rule}</dd>
    <dt>电话</dt><dd>${phone}</dd>
  </dl>
  % if session.may('person.reveal'):
  <p><a href="/reveals/of/${row.number | u}">看一项完整信息</a></p>
  % endif
  <h3>说明</h3>
  <p class="text">${content}</p>
  <h3>那几天在哪里</h3>
  <p class="text">${stay}</p>
  <h3>图片</h3>
  % if not evidence:
  <p>没有图片。</p>
  % else:
  <p class="hint">打开图片会记入操作记录。</p>
  <ul>
    % for picture in evidence:
    <li><a href="${row.href}/pictures/${picture | u}" target="_blank" rel="noopener">图片${loop.index + 1}</a></li>
    % endfor
  </ul>
  % endif
  % if decided:
  <h3>答复</h3>
  <p class="text">${decided}</p>
  % endif
</section>
<section class="card moves" aria-labelledby="moves">
  <h2 id="moves">处理</h2>
  % if not is_open:
  <p>这个申诉已经结束，没有要做的了。</p>
  % else:
  % if not reviewing:
  <form class="move" method="post" action="${row.href}/decisions" aria-labelledby="to_reviewing">
    <h3 id="to_reviewing">开始复核</h3>
    <input type="hidden" name="form_token" value="${session.form_token}">
    <input type="hidden" name="to" value="reviewing">
    <input type="hidden" name="key" value="${key}">
    <button type="submit">开始复核</button>
  </form>
  % endif
  <form class="move" method="post" action="${row.href}/decisions" aria-labelledby="to_upheld">
    <h3 id="to_upheld">成立</h3>
    <p class="hint">撤销申诉的判断，码马上跟着更新，并通知申诉人。</p>
    <input type="hidden" name="form_token" value="${session.form_token}">
    <input type="hidden" name="to" value="upheld">
    <input type="hidden" name="key" value="${key}">
    <button type="submit">成立</button>
  </form>
  <form class="move" method="post" action="${row.href}/decisions" aria-labelledby="to_rejected">
    <h3 id="to_rejected">不成立</h3>
    <p class="hint">写明理由，再写群众可以怎么办。</p>
    <input type="hidden" name="form_token" value="${session.form_token}">
    <input type="hidden" name="to" value="rejected">
    <input type="hidden" name="key" value="${key}">
    ${fields.free('reply_rejected', 'reply', '答复', reply, max_reply, True)}
    <button type="submit" class="grave">不成立</button>
  </form>
  % endif
</section>
<section class="card steps" aria-labelledby="events">
  <h2 id="events">经过</h2>
  <ol class="events">
    % for at, state, text in events:
    <li><span class="at">${at}</span> <strong>${state}</strong> ${text}</li>
    % endfor
  </ol>
</section>
</div>
