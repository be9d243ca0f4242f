<%inherit file="base.mako"/>
<div class="card narrow">
  <h1>恢复码</h1>
  <p class="good" role="status">${'新的恢复码已生成，原来的都作废了。' if new else '验证码登录已打开。'}</p>
  <p>手机丢了或换了，可以用恢复码代替验证码登录，每个只能用一次。<strong>只显示这一次</strong>，请抄下来或打印，放在安全的地方。</p>
  <ul class="codes">
    % for code in codes:
    <li><code>${code}</code></li>
    % endfor
  </ul>
  <p><a class="button" href="/">我已经保存好了</a></p>
</div>
