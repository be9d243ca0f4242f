<%inherit file="base.mako"/>
<div class="card narrow">
  <h1>再次输入密码</h1>
  % if fault:
  <p class="alert" role="alert" id="fault">${fault}</p>
  % endif
  <p>接下来的操作比较重要，请再输入一次您的密码，确认是您本人。</p>
  <form method="post" action="/login/again">
    <input type="hidden" name="form_token" value="${session.form_token}">
    <input type="hidden" name="next" value="${wanted}">
    <input type="hidden" name="username" value="${session.agent}" autocomplete="username">
    <label for="password">密码</label>
    <input id="password" name="password" type="password" autocomplete="current-password" required maxlength="200"
           aria-describedby="${'fault' if fault else ''}">
    <button type="submit">继续</button>
  </form>
  <p><a href="/">不操作了</a></p>
</div>
