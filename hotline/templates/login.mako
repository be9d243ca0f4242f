<%inherit file="base.mako"/>
<div class="card narrow">
  <h1>登录坐席台</h1>
  % if fault:
  <p class="alert" role="alert" id="fault">${fault}</p>
  % endif
  <form method="post" action="/login">
    <input type="hidden" name="form_token" value="${session.form_token}">
    <label for="work_number">工号</label>
    <input id="work_number" name="work_number" value="${work_number}" autocomplete="username" required maxlength="20"
           pattern="[A-Za-z0-9]+" aria-describedby="work_number_hint ${'fault' if fault else ''}">
    <p class="hint" id="work_number_hint">字母和数字，会记在每一步操作里。</p>
    <label for="password">密码</label>
    <input id="password" name="password" type="password" autocomplete="current-password" required maxlength="200">
    <button type="submit">登录</button>
  </form>
</div>
