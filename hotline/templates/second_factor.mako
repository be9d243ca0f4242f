<%inherit file="base.mako"/>
<div class="card narrow">
  <h1>验证码登录</h1>
  % if fault:
  <p class="alert" role="alert" id="fault">${fault}</p>
  % endif
  % if forced:
  <p>坐席台要求用验证码登录，请先绑定手机。</p>
  % elif replaces:
  <p>绑定新手机后，原来手机上的验证码就不能用了。</p>
  % endif
  <ol>
    <li>在手机上装一个验证器（支持 TOTP 的都可以），不需要网络。</li>
    <li>用它扫下面的二维码，或者手工输入密钥。</li>
    <li>把手机上显示的6位数字填在下面。</li>
  </ol>
  <div class="qr" role="img" aria-label="绑定验证器的二维码，也可以手工输入下面的密钥">${qr | n}</div>
  <p>密钥：<code class="secret">${secret}</code></p>
  <form method="post" action="/profile/second-factor">
    <input type="hidden" name="form_token" value="${session.form_token}">
    <label for="code">验证码</label>
    <input id="code" name="code" inputmode="numeric" autocomplete="one-time-code" required maxlength="10"
           aria-describedby="${'fault' if fault else ''}">
    <button type="submit">绑定</button>
  </form>
  % if not forced:
  <p><a href="/profile">以后再说</a></p>
  % endif
</div>
