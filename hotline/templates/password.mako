<%inherit file="base.mako"/>
<div class="card narrow">
  <h1>更换密码</h1>
  % if fault:
  <p class="alert" role="alert" id="fault">${fault}</p>
  % endif
  % if forced:
  <p>您现在用的是一次性密码，请先换成自己的密码。</p>
  % endif
  <form method="post" action="/profile/password">
    <input type="hidden" name="form_token" value="${session.form_token}">
    <input type="text" name="username" value="${session.agent}" autocomplete="username" readonly hidden>
    <label for="old">现在的密码</label>
    <input id="old" name="old" type="password" autocomplete="current-password" required maxlength="200">
    <label for="new">新密码</label>
    <input id="new" name="new" type="password" autocomplete="new-password" required maxlength="200" minlength="${least}"
           aria-describedby="new_hint ${'fault' if fault else ''}">
    <p class="hint" id="new_hint">至少${least}位，越长越好。可以用几个不相干的词连起来。不要用常见密码、工号、生日。</p>
    <label for="again">再输一遍新密码</label>
    <input id="again" name="again" type="password" autocomplete="new-password" required maxlength="200">
    <button type="submit">更换密码</button>
  </form>
  % if not forced:
  <p><a href="/profile">不换了</a></p>
  % endif
</div>
