<%inherit file="base.mako"/>
<p><a href="/accounts">← 返回账号列表</a></p>
% if done:
<p class="good" role="status">${done}</p>
% endif
% if fault:
<p class="alert" role="alert" id="fault">${fault}</p>
% endif
<h1>${title}</h1>
% if own:
<p class="hint">这是您自己的账号。角色要由另一位管理员来改，密码和验证码在<a href="/profile">我的账号</a>里改。</p>
% endif
<div class="columns">
<section class="card facts" aria-labelledby="data">
  <h2 id="data">资料</h2>
  <form method="post" action="${'/accounts/' + account.number if account else '/accounts'}">
    <input type="hidden" name="form_token" value="${session.form_token}">
    % if account:
    <input type="hidden" name="version" value="${account.version}">
    % else:
    <label for="number">工号</label>
    <input id="number" name="number" value="${number}" required maxlength="20" pattern="[A-Za-z0-9]+" autocomplete="off">
    % endif
    <label for="name">姓名</label>
    <input id="name" name="name" value="${profile.name}" required maxlength="40" autocomplete="off">
    <fieldset>
      <legend>角色</legend>
      % for role in roles:
      <label class="choice"><input type="checkbox" name="roles" value="${role.key}" ${'checked' if role.key in profile.roles else ''}> ${role.label}：${role.about}</label>
      % endfor
    </fieldset>
    <label for="department">单位（承办单位填编号，例如 cdc:510100）</label>
    <input id="department" name="department" value="${profile.department}" maxlength="60" autocomplete="off">
    <label for="languages">语言</label>
    <input id="languages" name="languages" value="${' '.join(profile.languages)}" maxlength="200" aria-describedby="skills_hint">
    <label for="districts">区县代码</label>
    <input id="districts" name="districts" value="${' '.join(profile.districts)}" maxlength="400" aria-describedby="skills_hint">
    <label for="topics">专长</label>
    <input id="topics" name="topics" value="${' '.join(profile.topics)}" maxlength="400" aria-describedby="skills_hint">
    <p class="hint" id="skills_hint">用空格隔开，例如 zh en、510107、travel。会话按这些分给人。</p>
    <label for="capacity">同时接待的会话数</label>
    <input id="capacity" name="capacity" type="number" min="0" max="20" value="${profile.capacity}" required>
    % if manages:
    <button type="submit">${'保存' if account else '新增，并生成一次性密码'}</button>
    % endif
  </form>
</section>
% if account and manages:
<section class="card moves" aria-labelledby="acts">
  <h2 id="acts">操作</h2>
  <%def name="act(name, label, hint, grave=False)">
  <form class="move" method="post" action="/accounts/${account.number}/acts">
    <input type="hidden" name="form_token" value="${session.form_token}">
    <input type="hidden" name="version" value="${account.version}">
    <input type="hidden" name="act" value="${name}">
    <p class="hint">${hint}</p>
    <button type="submit" class="${'grave' if grave else ''}">${label}</button>
  </form>
  </%def>
  ${act('reset', '重置密码', '生成一次性密码，他下次登录要换。')}
  % if account.second_factor:
  ${act('reset_factor', '重置密码和验证码', '手机和恢复码都丢了才用。先核实是本人。', True)}
  % endif
  ${act('unlock', '解除登录限制', '输错太多次时，让他马上能再登录。')}
  ${act('end', '退出他的所有登录', '电脑或手机丢了时用。')}
  % if closed:
  ${act('enable', '启用账号', '停用期间的记录都还在。')}
  % else:
  ${act('disable', '停用账号', '马上退出，不能再登录。记录都保留。', True)}
  % endif
</section>
% endif
</div>
