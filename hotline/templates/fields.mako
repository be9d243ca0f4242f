<%def name="free(id, name, label, value, limit, required=False)">
<label for="${id}">${label}</label>
% if limit > 300:
<textarea id="${id}" name="${name}" rows="${6 if name == 'reply' else 2}" ${'required' if required else ''} maxlength="${limit}"
  % if name == 'reply':
          aria-describedby="${id}_hint"
  % endif
>${'\n' + value}</textarea>
% else:
<input id="${id}" name="${name}" value="${value}" maxlength="${limit}" ${'required' if required else ''}>
% endif
% if name == 'reply':
<p class="hint" id="${id}_hint">先说结论，再说依据和下一步，最多${limit}字。不要写身份证号和手机号。</p>
% endif
</%def>
<%def name="choice(id, name, label, options, value, required=False)">
<label for="${id}">${label}</label>
<select id="${id}" name="${name}" ${'required' if required else ''}>
  <option value="">请选择</option>
  % for option, word in options:
  <option value="${option}" ${'selected' if option == value else ''}>${word}</option>
  % endfor
</select>
</%def>
<%def name="several(id, name, label, options)">
<details class="several">
  <summary>${label}</summary>
  <fieldset>
    <legend class="unseen">${label}</legend>
    % for option, word in options:
    <label class="tick"><input type="checkbox" name="${name}" value="${option}"> ${word}</label>
    % endfor
  </fieldset>
</details>
</%def>
<%def name="number(id, name, label, options)">
<label for="${id}">${label}</label>
<input id="${id}" name="${name}" list="${id}_list" required pattern="[A-Z]{2,4}[0-9]{8}-[0-9]{6,}" placeholder="JKT20220905-000001">
<datalist id="${id}_list">
  % for option, word in options:
  <option value="${option}">${word}</option>
  % endfor
</datalist>
</%def>
<%def name="day(id, name, label, first, last)">
<label for="${id}">${label}</label>
<input id="${id}" name="${name}" type="date" required min="${first}" max="${last}">
</%def>
