<%inherit file="base.mako"/>
% if done:
<p class="good" role="status">${done}</p>
% endif
<h1>我的账号</h1>
<div class="columns">
<section class="card facts" aria-labelledby="who">
  <h2 id="who">${agent.name}</h2>
  <dl>
    <dt>工号</dt><dd>${agent.number}</dd>
    <dt>角色</dt><dd>${roles}</dd>
    % if agent.department:
    <dt>单位</dt><dd>${agent.department}</dd>
    % endif
    <dt>语言</dt><dd>${'、'.join(agent.profile.languages) or '未填写'}</dd>
    <dt>同时接待</dt><dd>${agent.profile.capacity}个会话</dd>
  </dl>
  <h3>可以做的事</h3>
  <ul>
    % for label in may:
    <li>${label}</li>
    % endfor
  </ul>
</section>
<section class="card moves" aria-labelledby="safety">
  <h2 id="safety">登录安全</h2>
  <h3>密码</h3>
  <p><a class="button" href="/profile/password">更换密码</a></p>
  <h3>验证码登录</h3>
  % if second_factor:
  <p>已打开。还有${codes_left}个恢复码。</p>
  <p><a class="button" href="/profile/second-factor">换一部手机</a></p>
  <form method="post" action="/profile/recovery-codes">
    <input type="hidden" name="form_token" value="${session.form_token}">
    <button type="submit">换一批恢复码</button>
  </form>
  % if not factor_required:
  <form method="post" action="/profile/second-factor/off">
    <input type="hidden" name="form_token" value="${session.form_token}">
    <button class="grave" type="submit">关闭验证码登录</button>
  </form>
  % endif
  % else:
  <p>没有打开。打开后，登录时除了密码，还要输入手机上的6位数字。</p>
  <p><a class="button" href="/profile/second-factor">打开验证码登录</a></p>
  % endif
</section>
<section class="card steps" aria-labelledby="sessions">
  <h2 id="sessions">登录的地方</h2>
  <ul class="rows">
    % for one in sessions:
    <li class="row">
      <p>${one['browser']}<br>
        地址 ${one['address']}，${one['began']}登录，最近使用 ${one['seen']}
        % if one['mine']:
        <strong>（就是这里）</strong>
        % endif
      </p>
      % if not one['mine']:
      <form method="post" action="/profile/sessions/ends">
        <input type="hidden" name="form_token" value="${session.form_token}">
        <input type="hidden" name="handle" value="${one['handle']}">
        <button class="grave" type="submit" aria-label="退出${one['began']}的登录">退出</button>
      </form>
      % endif
    </li>
    % endfor
  </ul>
  % if len(sessions) > 1:
  <form method="post" action="/profile/sessions/ends">
    <input type="hidden" name="form_token" value="${session.form_token}">
    <button class="grave" type="submit">退出别处的所有登录</button>
  </form>
  % endif
</section>
</div>
