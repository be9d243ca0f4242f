<%inherit file="base.mako"/>
<%namespace name="parts" file="knowledge_parts.mako"/>
<%def name="notes(name)">
% if name in hints:
<p class="hint" id="${name.replace('.', '_')}_hint">${hints[name]}</p>
% endif
% for reason in faults.get(name, []):
<p class="fault" id="${name.replace('.', '_')}_fault${loop.index}">${reason}</p>
% endfor
</%def>
<%def name="told_by(name)">
<% ids = ([name.replace('.', '_') + '_hint'] if name in hints else []) + [name.replace('.', '_') + '_fault%d' % i for i in range(len(faults.get(name, [])))] %>
${'aria-describedby="%s"' % ' '.join(ids) if ids else '' | n} ${'aria-invalid="true"' if faults.get(name) else '' | n}
</%def>
<%def name="line(name, kind='text', size=200, listed='')">
<label for="${name.replace('.', '_')}">${names[name]}</label>
<input id="${name.replace('.', '_')}" name="${name}" type="${kind}" value="${typed[name]}" maxlength="${size}" ${'list="%s"' % listed if listed else '' | n} ${told_by(name)}>
${notes(name)}
</%def>
<%def name="area(name, rows)">
<label for="${name.replace('.', '_')}">${names[name]}</label>
<textarea id="${name.replace('.', '_')}" name="${name}" rows="${rows}" maxlength="4000" ${told_by(name)}>${'\n' + typed[name]}</textarea>
${notes(name)}
</%def>
<p><a href="${form.action.removesuffix('/edit') if not form.is_new else '/knowledge'}">← 返回，不保存</a></p>
<h1>${title}</h1>
% if form.fault:
<p class="alert" role="alert">${form.fault}</p>
% elif faults:
<p class="alert" role="alert">已存为草稿。提交审核以前，还要改好下面标出的地方。</p>
% endif
% if form.comment:
<p class="alert">审核员退回：${form.comment}</p>
% endif
% for reason in faults.get('', []):
<p class="fault">${reason}</p>
% endfor
<form class="entry" method="post" action="${form.action}">
  <input type="hidden" name="form_token" value="${session.form_token}">
  <input type="hidden" name="number" value="${form.number}">
  <input type="hidden" name="edit" value="${form.edit}">
  % for one in form.asked:
  <input type="hidden" name="asked" value="${one}">
  % endfor
  <section class="card" aria-labelledby="asked_how">
    <h2 id="asked_how">市民怎么问</h2>
    % if form.is_new:
    ${line('id', size=100)}
    ${line('topic', size=60, listed='topics')}
    <datalist id="topics">
      % for topic in topics:
      <option value="${topic}"></option>
      % endfor
    </datalist>
    % else:
    <input type="hidden" name="topic" value="${typed['topic']}">
    % endif
    ${line('question')}
    ${area('variants', 10)}
    <fieldset ${told_by('intents')}>
      <legend>${names['intents']}</legend>
      ${notes('intents')}
      <div class="ticks">
        % for intent in intents:
        <label class="tick"><input type="checkbox" name="intents" value="${intent}" ${'checked' if intent in typed['intents'] else ''}> ${intent}</label>
        % endfor
      </div>
    </fieldset>
  </section>
  <section class="card" aria-labelledby="answered_how">
    <h2 id="answered_how">助手怎么答</h2>
    ${area('answer.plain', 3)}
    ${area('answer.detail', 5)}
    ${area('answer.elderly', 3)}
    ${area('answer.english', 4)}
  </section>
  <section class="card" aria-labelledby="holds">
    <h2 id="holds">在哪里、哪些天有效，依据是什么</h2>
    <div class="fields">
      <div>${line('region', size=10)}</div>
      <div>${line('valid_from', 'date', 10)}</div>
      <div>${line('valid_to', 'date', 10)}</div>
      <div>${line('owner', size=60)}</div>
      <div>${line('tags')}</div>
    </div>
    <label for="known_source">用已有的来源</label>
    <select id="known_source" name="known_source">
      <option value="">不用，看下面填写的</option>
      % for label in sources:
      <option value="${label}">${label}</option>
      % endfor
    </select>
    <div class="fields">
      <div>${line('source.name')}</div>
      <div>${line('source.url', size=500)}</div>
      <div>${line('source.date', 'date', 10)}</div>
      <div>
        <label for="source_trust">${names['source.trust']}</label>
        <select id="source_trust" name="source.trust" ${told_by('source.trust')}>
          <option value="">请选择</option>
          % for value, word in trusts.items():
          <option value="${value}" ${'selected' if typed['source.trust'] == value else ''}>${word}</option>
          % endfor
        </select>
        ${notes('source.trust')}
      </div>
    </div>
  </section>
  <section class="card" aria-labelledby="scheduled">
    <h2 id="scheduled">定时（可以不填）</h2>
    <div class="fields">
      <div>${line('live_from', 'datetime-local', 20)}</div>
      <div>${line('live_until', 'datetime-local', 20)}</div>
    </div>
  </section>
  <p class="press">
    <button type="submit" name="press" value="save" class="quiet">存为草稿</button>
    <button type="submit" name="press" value="submit">保存并提交审核</button>
  </p>
</form>
