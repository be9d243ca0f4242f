<%inherit file="base.mako"/>
<%namespace name="parts" file="shifts_parts.mako"/>
<%block name="head"><link rel="stylesheet" href="/static/shifts.css"></%block>
<h1>人手测算：${day}</h1>
${parts.menu(session, here)}
${parts.weeks('/shifts/staffing', earlier, later)}
<nav class="filters" aria-label="换一天">
  % for one, label, now in days:
  <a href="/shifts/staffing?day=${one}" ${'aria-current="page"' if now else '' | n}>${label}</a>
  % endfor
</nav>
<section class="card" aria-labelledby="gaps">
  <h2 id="gaps">这一周缺人的时段</h2>
  % if not gaps:
  <p>没有：每个小时排的人都够。</p>
  % else:
  <ul>
    % for text in gaps:
    <li>${text}</li>
    % endfor
  </ul>
  % endif
</section>
<p class="hint">
  按最近${how.weeks}周每小时进来的数量和办理时长，用爱尔朗C公式算：会话${'%g' % (how.chats.part * 100)}%在${'%g' % (how.chats.within_s / 60)}分钟内接入，电话${'%g' % (how.calls.part * 100)}%在${'%g' % how.calls.within_s}秒内接通，任何时候至少${how.least}人。
  ${''.join(measured)}${offered}
</p>
<table class="orders hours" role="table">
  <caption class="unseen">每小时需要的人手</caption>
  <thead role="rowgroup"><tr role="row"><th scope="col" role="columnheader">时段</th><th scope="col" role="columnheader">会话</th><th scope="col" role="columnheader">电话</th><th scope="col" role="columnheader">需要</th><th scope="col" role="columnheader">已排</th><th scope="col" role="columnheader">差额</th></tr></thead>
  <tbody role="rowgroup">
    % for hour in hours:
    <tr role="row" class="${'red' if hour.missing > 0 else ''}">
      <th scope="row" role="rowheader" data-label="时段">${hour.hour}:00–${hour.hour + 1}:00</th>
      <td role="cell" data-label="会话">${'%g' % round(hour.chats, 1)}个，${'算不出' if hour.for_chats is None else '要%d人' % hour.for_chats}</td>
      <td role="cell" data-label="电话">${'%g' % round(hour.calls, 1)}个，${'算不出' if hour.for_calls is None else '要%d人' % hour.for_calls}</td>
      <td role="cell" data-label="需要">${hour.needed}人</td>
      <td role="cell" data-label="已排">${hour.planned}人</td>
      <td role="cell" data-label="差额">${'缺%d人' % hour.missing if hour.missing > 0 else '多%d人' % -hour.missing if hour.missing < 0 else '正好'}</td>
    </tr>
    % endfor
  </tbody>
</table>
