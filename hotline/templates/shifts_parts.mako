<%def name="menu(session, here)">
<nav class="filters rooms" aria-label="排班">
  % for path, label, may in (('/shifts', '班表', 'shift.manage'), ('/shifts/now', '现在在岗', 'shift.manage'), ('/shifts/staffing', '人手测算', 'shift.manage'), ('/shifts/wishes', '请假和换班', 'shift.manage'), ('/shifts/people', '技能和上限', 'shift.manage'), ('/shifts/mine', '我的班次', 'chat.take')):
  % if session.may(may):
  <a href="${path}" ${'aria-current="page"' if here == path else '' | n}>${label}</a>
  % endif
  % endfor
</nav>
</%def>
<%def name="weeks(path, earlier, later)">
<nav class="pager" aria-label="换一周">
  <a href="${path}?day=${earlier}">← 上一周</a>
  <a href="${path}">本周</a>
  <a href="${path}?day=${later}">下一周 →</a>
</nav>
</%def>
