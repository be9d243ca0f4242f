<%inherit file="base.mako"/>
<%namespace name="parts" file="quality_parts.mako"/>
<%block name="head"><link rel="stylesheet" href="/static/quality.css"></%block>
% if done:
<p class="good" role="status">${done}</p>
% endif
% if fault:
<p class="alert" role="alert">${fault}</p>
% endif
<h1>裁定申诉：坐席 ${result.case.agent}</h1>
<p class="hint">${kind}，评分人 ${result.case.scorer}，${result.scored}评分。<a href="/quality/appeals">返回质检申诉</a></p>
${parts.said(result, spoken)}
<div class="beside">
<section class="card" aria-labelledby="talk" tabindex="0">
  <h2 id="talk">${'工单经过' if result.case.source == 'order' else '会话记录'}</h2>
  ${parts.transcript(transcript, sheet.marks)}
</section>
<section class="card" aria-labelledby="result">
  <h2 id="result">评分</h2>
  ${parts.judged(result)}
  % if result.case.state == 'appealed':
  <form method="post" action="/quality/appeals/${result.case.case_id}">
    <input type="hidden" name="form_token" value="${session.form_token}">
    <label for="reason">裁定理由</label>
    <textarea id="reason" name="reason" rows="3" required minlength="4" maxlength="${most}">${'\n' + words}</textarea>
    <button type="submit" name="verdict" value="kept">维持原来的评分</button>
    <details class="more" ${'open' if fault else ''}>
      <summary>改分</summary>
      ${parts.items(card, sheet, {})}
      <button type="submit" name="verdict" value="changed" class="grave">按这样改分</button>
    </details>
  </form>
  % endif
</section>
</div>
