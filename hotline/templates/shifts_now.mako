<%inherit file="base.mako"/>
<%namespace name="parts" file="shifts_parts.mako"/>
<%block name="head"><link rel="stylesheet" href="/static/shifts.css"></%block>
<h1>现在在岗</h1>
${parts.menu(session, here)}
<p class="hint">${now}：按班表该在${planned}人，在线接待${online}人。班外也可以接待，这里标出来。</p>
<table class="orders" role="table">
  <caption class="unseen">班表与在岗</caption>
  <thead role="rowgroup"><tr role="row"><th scope="col" role="columnheader">坐席</th><th scope="col" role="columnheader">班表</th><th scope="col" role="columnheader">现在</th><th scope="col" role="columnheader">会话</th><th scope="col" role="columnheader">提醒</th></tr></thead>
  <tbody role="rowgroup">
    % for row in rows:
    <tr role="row" class="${'red' if row.grave else 'yellow' if row.mark else ''}">
      <th scope="row" role="rowheader" data-label="坐席">${row.number} ${row.name}</th>
      <td role="cell" data-label="班表">${row.planned}</td>
      <td role="cell" data-label="现在">${row.state}</td>
      <td role="cell" data-label="会话">${row.chats}</td>
      <td role="cell" data-label="提醒">${row.mark or '无'}</td>
    </tr>
    % endfor
  </tbody>
</table>
