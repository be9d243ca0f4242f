<%def name="mark(row)">
<span class="light ${row.light}"><span aria-hidden="true">${row.light_sign}</span> ${row.light_word}</span>
</%def>
