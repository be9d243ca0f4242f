<%inherit file="base.mako"/>
<%def name="form_of(reply, of)">
<form method="post" action="/canned/${reply['id']}">
  <input type="hidden" name="form_token" value="${session.form_token}">
  <input type="hidden" name="of" value="${of}">
  ${inputs(f"r{reply['id']}", reply)}
  <div class="press-row">
    <button type="submit" name="act" value="change">保存修改</button>
    <button type="submit" name="act" value="delete" class="grave" formnovalidate>删除</button>
  </div>
</form>
</%def>
<%def name="inputs(id, values)">
<div class="pair">
  <div><label for="${id}_title">名称</label><input id="${id}_title" name="title" value="${values['title']}" required maxlength="${limits['title']}"></div>
  <div><label for="${id}_category">分类</label><input id="${id}_category" name="category" value="${values['category']}" required maxlength="${limits['category']}"></div>
</div>
<label for="${id}_text">内容</label>
<textarea id="${id}_text" name="text" rows="3" required maxlength="${limits['text']}" aria-describedby="variables">${'\n' + values['text']}</textarea>
</%def>
<%def name="list_of(replies, of, may)">
% if not replies:
<p class="empty">还没有。</p>
% endif
% for reply in replies:
% if may:
<details class="more"><summary>${reply['category']} / ${reply['title']}（${reply['initials']}）</summary>
${form_of(reply, of)}
</details>
% else:
<details class="more"><summary>${reply['category']} / ${reply['title']}（${reply['initials']}）</summary><p class="text">${reply['text']}</p></details>
% endif
% endfor
</%def>
<p><a href="/desk">← 返回会话</a></p>
<h1>常用语</h1>
% if fault:
<p class="alert" role="alert">${fault}</p>
% endif
% if done:
<p class="good" role="status">${done}</p>
% endif
<p class="hint" id="variables">在会话的回复框里打 / 就能找，打名称、内容或拼音首字母都行。可以用的变量：
% for name, about in variables.items():
{${name}}（${about}）${'' if loop.last else '，'}
% endfor
。</p>
<div class="columns">
<section class="card" aria-labelledby="team"><h2 id="team">全班共用（${len(team)}）</h2>
% if not leads:
<p class="hint">由班长维护。</p>
% endif
${list_of(team, 'team', leads)}</section>
<section class="card" aria-labelledby="own"><h2 id="own">我自己的（${len(own)}）</h2>
${list_of(own, 'own', True)}
<h3>新增一条</h3>
<form method="post" action="/canned">
  <input type="hidden" name="form_token" value="${session.form_token}">
  ${inputs('new', typed)}
  % if leads:
  <label class="tick"><input type="checkbox" name="team" value="yes"> 给全班用</label>
  % endif
  <button type="submit">新增</button>
</form></section>
</div>
