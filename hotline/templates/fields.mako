<%def name="note(id, value, limit)">
<label for="${id}">给群众看的说明（可以不填）</label>
<input id="${id}" name="note" value="${value}" maxlength="${limit}">
</%def>
<%def name="reply(id, value, limit)">
<label for="${id}">答复</label>
<textarea id="${id}" name="reply" rows="6" required maxlength="${limit}"
          aria-describedby="${id}_hint">${'\n' + value}</textarea>
<p class="hint" id="${id}_hint">先说结论，再说依据和下一步，最多${limit}字。不要写身份证号和手机号。</p>
</%def>
