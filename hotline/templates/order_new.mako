<%inherit file="base.mako"/>
<%namespace name="fields" file="fields.mako"/>
<p><a href="/orders">← 返回工单列表</a></p>
<h1>登记工单</h1>
% if fault:
<p class="alert" role="alert">${fault} 您写的内容还在。</p>
% endif
<form class="card intake" method="post" action="/orders/new">
  <input type="hidden" name="form_token" value="${session.form_token}">
  <input type="hidden" name="key" value="${key}">
  <input type="hidden" name="chat" value="${chat}">
  % if chat:
  <p class="hint">从会话带来：市民说过的话已写在内容里，请核对、改成一件事一张单。</p>
  % endif
  <div class="pair">
    <div>${fields.choice('kind', 'kind', '类型', kinds, given['kind'], True)}</div>
    <div>${fields.choice('urgency', 'urgency', '紧急程度', urgencies, given['urgency'], True)}</div>
  </div>
  ${fields.choice('topic', 'topic', '事项（不选就按内容判断）', topics, given['topic'])}
  ${fields.free('title', 'title', '标题', given['title'], limits['title'], True)}
  ${fields.free('content', 'content', '诉求内容：谁、什么时候、在哪里、什么事、想要什么', given['content'], limits['content'], True)}
  <div class="pair">
    <div>
      <label for="happened_at">发生时间（可以不填）</label>
      <input id="happened_at" name="happened_at" type="datetime-local" value="${given['happened_at']}">
    </div>
    <div>${fields.choice('division', 'division', '发生地区', divisions, given['division'])}</div>
  </div>
  ${fields.free('place', 'place', '具体地点（可以不填）', given['place'], limits['place'])}
  <div class="pair">
    <div>${fields.free('phone', 'phone', '回电号码（可以不填）', given['phone'], limits['phone'])}</div>
    <div>${fields.choice('special_group', 'special_group', '特殊群体（可以不选）', groups, given['special_group'])}</div>
  </div>
  <label class="tick"><input type="checkbox" name="anonymous" value="yes" ${'checked' if given['anonymous'] else ''}> 匿名登记</label>
  <label class="tick"><input type="checkbox" name="confidential" value="yes" ${'checked' if given['confidential'] else ''}> 要求对承办单位保密</label>
  <button type="submit">登记</button>
</form>
