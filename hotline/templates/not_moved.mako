<%inherit file="base.mako"/>
<%namespace name="fields" file="fields.mako"/>
<div class="card narrow">
  <h1>操作没有完成</h1>
  <p class="alert" role="alert">${sentence}</p>
  % if again:
  <p>您写的内容还在。再提交一次就行，不会重复办理。</p>
  <form method="post" action="${href}/moves">
    <input type="hidden" name="form_token" value="${session.form_token}">
    <input type="hidden" name="from" value="${form.came_from}">
    <input type="hidden" name="to" value="${form.move.to}">
    <input type="hidden" name="key" value="${form.key}">
    <input type="hidden" name="decision" value="${form.decision}">
    % if form.move.needs_reply:
    ${fields.reply('reply', form.reply, max_reply)}
    % endif
    ${fields.note('note', form.note, max_note)}
    <button type="submit">再提交一次：${form.move.label}</button>
  </form>
  % elif form.reply or form.note:
  <label for="kept">您刚才写的内容，需要的话请复制：</label>
  <textarea id="kept" rows="6" readonly>${'\n' + (form.reply or form.note)}</textarea>
  % endif
  <p><a href="${href}">看这张工单的最新状态</a></p>
</div>
