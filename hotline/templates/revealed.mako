<%inherit file="base.mako"/>
<div class="card narrow marked">
  <h1>${label}</h1>
  <p class="value">${value}</p>
  <p class="hint">${number}。${seconds}秒后回到原来的页面。请不要拍照、抄录或转发。</p>
  <p><a class="button" href="${href}">看完了，马上隐藏</a></p>
  <div class="watermark" aria-hidden="true">
    % for _ in range(18):
    <span data-mark="${mark}"></span>
    % endfor
  </div>
</div>
