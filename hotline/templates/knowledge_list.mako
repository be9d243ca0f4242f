<%inherit file="base.mako"/>
<%namespace name="parts" file="knowledge_parts.mako"/>
<%! from urllib.parse import urlencode %>
<h1>知识条目</h1>
${parts.menu('/knowledge')}
<form class="card search" method="get" action="/knowledge" role="search" aria-label="查找条目">
  <div class="fields">
    <p><label for="text">关键词</label><input id="text" name="text" value="${wanted.text}" maxlength="100"></p>
    <p><label for="status">状态</label>
      <select id="status" name="status">
        <option value="">全部</option>
        % for name, word in statuses.items():
        <option value="${name}" ${'selected' if wanted.status == name else ''}>${word}</option>
        % endfor
      </select></p>
    % for name, label in (('topic', '主题'), ('region', '地区'), ('owner', '负责人')):
    <p><label for="${name}">${label}</label>
      <select id="${name}" name="${name}">
        <option value="">全部</option>
        % for value in options[name]:
        <option value="${value}" ${'selected' if getattr(wanted, name) == value else ''}>${value}</option>
        % endfor
      </select></p>
    % endfor
  </div>
  <button type="submit">查找</button>
</form>
<p class="hint" role="status">共 ${found} 条。<a href="/knowledge/export">导出为文件（YAML）</a></p>
% if not rows:
<p class="empty">没有符合的条目。</p>
% else:
${parts.entries(rows, '知识条目')}
% endif
% if pages > 1:
<nav class="pager" aria-label="翻页">
  % if page > 1:
  <a rel="prev" href="/knowledge?${urlencode({**query, 'page': page - 1})}">上一页</a>
  % endif
  <span>第 ${page} 页，共 ${pages} 页</span>
  % if page < pages:
  <a rel="next" href="/knowledge?${urlencode({**query, 'page': page + 1})}">下一页</a>
  % endif
</nav>
% endif
