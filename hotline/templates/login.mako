<%inherit file="base.mako"/>
<div class="card narrow">
  <h1>登录坐席台</h1>
  % if fault:
  <p class="alert" role="alert" id="fault">${fault}</p>
  % elif wanted != '/':
  <p class="hint">请先登录，登录后回到刚才的页面。</p>
  % endif
  <form method="post" action="/login">
    <input type="hidden" name="form_token" value="${session.form_token}">
    <input type="hidden" name="next" value="${wanted}">
    <label for="work_number">工号</label>
    <input id="work_number" name="work_number" value="${work_number}" autocomplete="username" required maxlength="20"
           pattern="[A-Za-z0-9]+" aria-describedby="work_number_hint ${'fault' if fault else ''}">
    <p class="hint" id="work_number_hint">字母和数字，会记在每一步操作里。</p>
    <label for="password">密码</label>
    <input id="password" name="password" type="password" autocomplete="current-password" required maxlength="200">
    <button type="submit">登录</button>
  </form>
  <p class="hint">忘了密码请找管理员重置。</p>
</div>
% if demo:
<section class="card narrow" aria-labelledby="demo">
  <h2 id="demo">演示账号</h2>
  <p class="hint">现在是演示。下面的人都是虚构的，密码都在文件 <code>var/secrets/desk_password</code> 里。</p>
  <dl>
    % for number, name, roles in demo:
    <dt>${number}</dt><dd>${roles} · ${name}</dd>
    % endfor
  </dl>
</section>
% endif
