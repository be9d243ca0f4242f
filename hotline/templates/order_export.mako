<%inherit file="base.mako"/>
<div class="card narrow">
  <h1>导出工单</h1>
  % if fault:
  <p class="alert" role="alert">${fault}</p>
  % endif
  <p>范围：${chosen}。最多${most}张。证件号、手机号和姓名是打了星号的，文件里会写上您的工号、时间和理由。</p>
  <form method="post" action="/orders/export">
    <input type="hidden" name="form_token" value="${session.form_token}">
    % for name, value in narrowed.__dict__.items():
    <input type="hidden" name="${name}" value="${value}">
    % endfor
    <label for="reason">导出的理由</label>
    <input id="reason" name="reason" required maxlength="${max_reason}">
    <button type="submit" name="kind" value="xlsx">导出Excel</button>
    <button type="submit" name="kind" value="csv">导出CSV</button>
  </form>
  <p><a href="/orders?${narrowed.query()}">← 返回工单列表</a></p>
</div>
