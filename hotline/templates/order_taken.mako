<%inherit file="base.mako"/>
<div class="card narrow">
  <h1>工单已登记</h1>
  <p class="good" role="status">请把单号和查询码告诉来电人，查询码只显示这一次。</p>
  <dl>
    <dt>单号</dt><dd><strong>${number}</strong></dd>
    <dt>查询码</dt><dd><strong>${fetch_code}</strong></dd>
    <dt>答复时限</dt><dd>${due}前</dd>
  </dl>
  <p><a href="${href}">打开这张工单</a> · <a href="/orders/new">再登记一张</a></p>
</div>
