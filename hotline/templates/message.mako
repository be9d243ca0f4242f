<%inherit file="base.mako"/>
<div class="card narrow">
  <h1>${title}</h1>
  <p class="alert" role="alert">${sentence}</p>
  % if reference:
  <p class="hint">编号 ${reference}</p>
  % endif
  <p><a href="/">回到首页</a></p>
</div>
