<%inherit file="base.mako"/>
<%namespace name="parts" file="quality_parts.mako"/>
<%block name="head"><link rel="stylesheet" href="/static/quality.css"></%block>
% if done:
<p class="good" role="status">${done}</p>
% endif
% if fault:
<div class="alert" role="alert">
  <p>${fault}</p>
  % if faults:
  <ul>
    % for text in faults.values():
    <li>${text}</li>
    % endfor
  </ul>
  % endif
</div>
% endif
<h1>${row.source}评分：坐席 ${case.agent}</h1>
<p class="hint">${row.ended}结束，${row.why}，评分人 ${row.scorer}，${row.state}。<a href="/quality">返回质检任务</a>
  % if submitted and others:
  <a href="/quality/cases/${case.case_id}/compare">与另外${others}份评分对比</a>
  % endif
</p>
% if claimable:
<form method="post" action="/quality/cases/${case.case_id}/claims">
  <input type="hidden" name="form_token" value="${session.form_token}">
  <button type="submit" class="quiet">改由我评分</button>
</form>
% endif
% if case.scorer is not None and not row.mine:
<p class="hint">您的评分用来校准，不算坐席的成绩；提交以后才能看到别人的评分。</p>
% endif
<div class="beside">
<section class="card" aria-labelledby="talk" tabindex="0">
  <h2 id="talk">${'工单经过' if case.source == 'order' else '会话记录'}</h2>
  ${parts.transcript(transcript, sheet.marks, editable=not submitted)}
</section>
<section class="card" aria-labelledby="card">
  <h2 id="card">${card.label} <span class="left">第${card.version}版</span></h2>
  % if submitted:
  <p class="total">总分 <strong>${total}</strong> 分，${saved}提交</p>
  <table class="orders" role="table">
    <caption class="unseen">我的评分</caption>
    <thead role="rowgroup"><tr role="row"><th scope="col" role="columnheader">评分项</th><th scope="col" role="columnheader">得分</th><th scope="col" role="columnheader">说明</th></tr></thead>
    <tbody role="rowgroup">
      % for item in card.items:
      <tr role="row"><th scope="row" role="rowheader" data-label="评分项">${item.label}</th>
        <td role="cell" data-label="得分">${sheet.points.get(item.key, '无')}／${item.points}</td>
        <td role="cell" class="wide" data-label="说明">${sheet.remarks.get(item.key, '无')}</td></tr>
      % endfor
    </tbody>
  </table>
  % for one in card.fatal:
  % if one.key in sheet.fatal:
  <p class="fault">一票否决：${one.label}</p>
  % endif
  % endfor
  % if sheet.words:
  <p><strong>总评：</strong>${sheet.words}</p>
  % endif
  % else:
  <form id="sheet" method="post" action="/quality/cases/${case.case_id}">
    <input type="hidden" name="form_token" value="${session.form_token}">
    <input type="hidden" name="edit" value="${edit}">
    ${parts.items(card, sheet, faults)}
    <label for="words">总评</label>
    <textarea id="words" name="words" rows="3" maxlength="1000" ${'aria-invalid="true"' if 'words' in faults else '' | n}>${'\n' + sheet.words}</textarea>
    <p class="hint">写给坐席看：好在哪里，下次怎么做。不写证件号和手机号。${'草稿保存于' + saved + '，现在' + str(total) + '分。' if saved else ''}</p>
    <p class="press">
      <button type="submit" name="press" value="save" class="quiet">保存草稿</button>
      <button type="submit" name="press" value="submit">提交评分</button>
    </p>
  </form>
  % endif
</section>
</div>
