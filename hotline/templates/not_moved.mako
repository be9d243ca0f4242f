<%inherit file="base.mako"/>
<%namespace name="fields" file="fields.mako"/>
<div class="card narrow">
  <h1>操作没有完成</h1>
  <p class="alert" role="alert">${sentence}</p>
  % if again:
  <p>您写的内容还在。再提交一次就行，不会重复办理。</p>
  <form method="post" action="${href}/steps">
    <input type="hidden" name="form_token" value="${session.form_token}">
    <input type="hidden" name="action" value="${filled.form.action}">
    <input type="hidden" name="version" value="${filled.version}">
    <input type="hidden" name="key" value="${filled.key}">
    % for name in filled.form.fields:
    % if name in longest:
    ${fields.free(name, name, labels[name], filled.given[name], longest[name], name in filled.form.required)}
    % elif name == 'partners':
    % for partner in filled.partners:
    <input type="hidden" name="partners" value="${partner}">
    % endfor
    % else:
    <input type="hidden" name="${name}" value="${filled.given[name]}">
    % endif
    % endfor
    <button type="submit">再提交一次：${filled.form.label}</button>
  </form>
  % elif written:
  <label for="kept">您刚才写的内容，需要的话请复制：</label>
  <textarea id="kept" rows="6" readonly>${'\n' + '\n'.join(written)}</textarea>
  % endif
  <p><a href="${href}">看这张工单的最新状态</a></p>
</div>
