<%inherit file="base.mako"/>
<div class="card narrow">
  <h1>一次性密码</h1>
  <p>工号 <strong>${number}</strong> 的一次性密码是：</p>
  <p class="codes"><code>${first}</code></p>
  <p class="hint">只显示这一次。请当面或打电话告诉本人，他登录后要马上换成自己的密码。</p>
  <p><a class="button" href="${href}">我已经记下了</a></p>
</div>
