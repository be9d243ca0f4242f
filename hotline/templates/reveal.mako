<%inherit file="base.mako"/>
<div class="card narrow">
  <h1>显示完整信息</h1>
  % if fault:
  <p class="alert" role="alert" id="fault">${fault}</p>
  % endif
  <p>${number}：一次只显示一项，${seconds}秒后自动隐藏。谁看了、为什么看，${'本人能查到，' if is_known_to_them else ''}班长和审计员每天复核。</p>
  <form method="post" action="/reveals/of/${number | u}">
    <input type="hidden" name="form_token" value="${session.form_token}">
    <fieldset>
      <legend>看哪一项</legend>
      % for value, label in fields.items():
      <label class="choice"><input type="radio" name="field" value="${value}" required> ${label}</label>
      % endfor
    </fieldset>
    <label for="purpose">为什么要看</label>
    <select id="purpose" name="purpose" required>
      <option value="">请选择</option>
      % for value, label in purposes.items():
      <option value="${value}">${label}</option>
      % endfor
    </select>
    <label for="note">具体原因</label>
    <input id="note" name="note" value="${note}" required minlength="4" maxlength="${max_note}" autocomplete="off" aria-describedby="note_hint">
    <p class="hint" id="note_hint">例如：来电人说没收到回电，要核对号码。不要写姓名和号码。</p>
    <button type="submit">显示${seconds}秒</button>
  </form>
  <p class="hint">今天还可以看${left}次。</p>
  <p><a href="${href}">不看了</a></p>
</div>
