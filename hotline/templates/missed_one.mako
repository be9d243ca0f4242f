<%inherit file="base.mako"/>
<div class="card narrow">
  <h1>漏接来电 ${row['number']}</h1>
  % if fault:
  <p class="alert" role="alert">${fault}</p>
  % endif
  <dl>
    <dt>来电号码</dt><dd><b>${row['caller']}</b></dd>
    <dt>打了几次</dt><dd>${row['times']}次，最近一次${row['last']}</dd>
    <dt>最长等了</dt><dd>${row['waited']}</dd>
    <dt>情况</dt><dd>${row['state']}${'：' + row['reason'] if row['reason'] else ''}</dd>
    % if order:
    <dt>工单</dt><dd><a href="/orders/${order | u}">${order}</a></dd>
    % endif
    % if pad:
    <dt>通话记录</dt><dd><a href="/calls/${pad | u}">${pad}</a></dd>
    % endif
  </dl>
  <%def name="begin()">
  <form method="post" action="${row['href']}/moves">
    <input type="hidden" name="form_token" value="${session.form_token}">
    <input type="hidden" name="version" value="${row['version']}">
    ${caller.body()}
  </form>
  </%def>
  % if row['can_claim']:
  <%self:begin>
    <button type="submit" name="move" value="claim" autofocus>认领，由我回拨</button>
  </%self:begin>
  % elif row['is_mine']:
  <h2>回拨</h2>
  % if may_reveal:
  <p><a class="button" href="/reveals/of/${row['number'] | u}">看来电号码</a></p>
  <p class="hint">选“给本人回电”，写明原因，显示60秒，照着拨。</p>
  % endif
  <%self:begin>
    <button type="submit" name="move" value="reached">打通了，开始记录</button>
    <p class="hint">打开一张来电记录，边听边记，也能登记工单，回电号码已经填好。</p>
    <button class="quiet" type="submit" name="move" value="no_answer">没打通</button>
    <p class="hint">还可以试${left}次，共${most}次；没打通就放回列表，过一会儿再打。</p>
    <button class="quiet" type="submit" name="move" value="release">先放回去</button>
  </%self:begin>
  <%self:begin>
    <label for="reason">不用回拨的原因</label>
    <select id="reason" name="reason" required>
      <option value="">请选择</option>
      % for value, label in reasons:
      <option value="${value}">${label}</option>
      % endfor
    </select>
    <button class="quiet" type="submit" name="move" value="unneeded">不用回拨</button>
  </%self:begin>
  % endif
  <p><a href="/calls/missed">返回列表</a></p>
</div>
