<%def name="mark(row)">
<span class="light ${row.light}"><span aria-hidden="true">${row.light_sign}</span> ${row.light_word}</span>
</%def>
<%def name="limit(row)">
${row.due} ${mark(row)}
% if row.left:
<span class="left">${row.left}</span>
% endif
</%def>
