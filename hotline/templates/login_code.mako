<%inherit file="base.mako"/>
<div class="card narrow">
  <h1>输入验证码</h1>
  % if fault:
  <p class="alert" role="alert" id="fault">${fault}</p>
  % endif
  <form method="post" action="/login/code">
    <input type="hidden" name="form_token" value="${session.form_token}">
    <input type="hidden" name="next" value="${wanted}">
    <label for="code">验证码</label>
    <input id="code" name="code" inputmode="text" autocomplete="one-time-code" required maxlength="20" autofocus
           aria-describedby="code_hint ${'fault' if fault else ''}">
    <p class="hint" id="code_hint">手机验证器里的6位数字。手机不在身边，可以用一个恢复码，每个只能用一次。</p>
    <button type="submit">继续</button>
  </form>
  <form method="post" action="/logout">
    <input type="hidden" name="form_token" value="${session.form_token}">
    <button class="grave" type="submit">换一个账号</button>
  </form>
</div>
