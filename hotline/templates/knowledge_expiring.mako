<%inherit file="base.mako"/>
<%namespace name="parts" file="knowledge_parts.mako"/>
<h1>快到期</h1>
${parts.menu('/knowledge/expiring')}
<p class="hint">${days}天内就不再告诉市民、又没有接着的版本的条目。到期以后助手会如实说不知道。要延长，先找到新的来源。</p>
<nav class="filters" aria-label="按负责人筛选">
  <a href="/knowledge/expiring" ${'aria-current="page"' if not owner else '' | n}>全部</a>
  % for one in owners:
  <a href="/knowledge/expiring?owner=${one | u}" ${'aria-current="page"' if owner == one else '' | n}>${one}</a>
  % endfor
</nav>
% if not rows:
<p class="empty">没有快到期的条目。</p>
% else:
${parts.entries(rows, '快到期的条目')}
% endif
