<%inherit file="base.mako"/>
<%namespace name="parts" file="knowledge_parts.mako"/>
<p><a href="${href}">← 返回 ${entry_id}</a></p>
<h1>${title}</h1>
<form class="card search" method="get" action="${href}/diff">
  <div class="fields">
    % for name, label, version in (('from', '从', old), ('to', '到', new)):
    <p><label for="${name}">${label}</label>
      <select id="${name}" name="${name}">
        % for number in numbers:
        <option value="${number}" ${'selected' if number == version.number else ''}>第${number}版</option>
        % endfor
      </select></p>
    % endfor
  </div>
  <button type="submit">比较</button>
</form>
<section class="card" aria-label="差别">
  ${parts.diff(changes)}
</section>
