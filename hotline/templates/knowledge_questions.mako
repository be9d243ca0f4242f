<%inherit file="base.mako"/>
<%namespace name="parts" file="knowledge_parts.mako"/>
<h1>没答上来的</h1>
${parts.menu('/knowledge/questions')}
% if done:
<p class="good" role="status">已处理。</p>
% endif
<p class="hint">助手没答上来、或者市民说“不对”的问题，问法相近的放在一起，问得多的在前。号码和姓名已经去掉，不知道是谁问的；90天没人再问就删除。</p>
<nav class="filters" aria-label="按状态筛选">
  % for name, word in states.items():
  <a href="/knowledge/questions?state=${name}" ${'aria-current="page"' if state == name else '' | n}>${word}</a>
  % endfor
</nav>
% if not groups:
<p class="empty">这里没有问题。</p>
% else:
<p class="hint">共问了 ${asked} 次。</p>
% endif
% for group in groups:
<section class="card" aria-labelledby="group${loop.index}">
  <h2 id="group${loop.index}">${group.text} <span class="chip">${group.times}次</span></h2>
  <p class="hint">${group.reasons}，最近一次 ${group.last}</p>
  % if group.examples:
  <ul>
    % for text, times in group.examples:
    <li>${text}${'（%d次）' % times if times > 1 else ''}</li>
    % endfor
    % if group.more:
    <li>还有 ${group.more} 种问法</li>
    % endif
  </ul>
  % endif
  % if group.entry_href:
  <p>已经起草：<a href="${group.entry_href}">看这一条</a></p>
  % elif group.nearest:
  <p>最接近的条目：<a href="${group.nearest.href}">${group.nearest.question}</a>（${'%.0f' % (group.nearest.score * 100)}%）</p>
  % else:
  <p>没有接近的条目。</p>
  % endif
  % if may_edit:
  <div class="press-row">
    % if state in ('open', 'ignored'):
    <form method="get" action="/knowledge/new">
      % for one in group.ids:
      <input type="hidden" name="question" value="${one}">
      % endfor
      <button type="submit">起草新条目<span class="unseen">：${group.text}</span></button>
    </form>
    % if group.nearest:
    <form method="post" action="/knowledge/questions">
      <input type="hidden" name="form_token" value="${session.form_token}">
      <input type="hidden" name="to" value="variants">
      <input type="hidden" name="entry" value="${group.nearest.entry_id}">
      % for one in group.ids:
      <input type="hidden" name="question" value="${one}">
      % endfor
      <button type="submit" class="quiet">加为“${group.nearest.question}”的问法</button>
    </form>
    % endif
    % endif
    % for to, label in (('done', '已解决'), ('ignored', '不处理'), ('open', '放回待办')):
    % if to != state and not (state in ('done', 'ignored') and to != 'open'):
    <form method="post" action="/knowledge/questions">
      <input type="hidden" name="form_token" value="${session.form_token}">
      <input type="hidden" name="to" value="${to}">
      % for one in group.ids:
      <input type="hidden" name="question" value="${one}">
      % endfor
      <button type="submit" class="quiet">${label}<span class="unseen">：${group.text}</span></button>
    </form>
    % endif
    % endfor
  </div>
  % endif
</section>
% endfor
% if left:
<p class="hint">还有 ${left} 组没有列出，先处理上面的。</p>
% endif
