<%inherit file="base.mako"/>
<%namespace name="parts" file="quality_parts.mako"/>
<%block name="head"><link rel="stylesheet" href="/static/quality.css"></%block>
% if done:
<p class="good" role="status">${done}</p>
% endif
% if fault:
<p class="alert" role="alert">${fault}</p>
% endif
<h1>质检结果：${kind}</h1>
<p class="hint">${result.scored}评分，${state}。<a href="/quality/mine">返回我的质检</a></p>
<div class="beside">
<section class="card" aria-labelledby="talk" tabindex="0">
  <h2 id="talk">${'工单经过' if result.case.source == 'order' else '会话记录'}</h2>
  ${parts.transcript(transcript, marks)}
</section>
<section class="card" aria-labelledby="result">
  <h2 id="result">评分</h2>
  ${parts.judged(result)}
  ${parts.said(result, spoken)}
  % if result.open:
  <h3>${result.until}以前（含当天）可以确认或申诉</h3>
  <form method="post" action="/quality/mine/${result.case.case_id}">
    <input type="hidden" name="form_token" value="${session.form_token}">
    <input type="hidden" name="to" value="accepted">
    <button type="submit">我已看过，确认</button>
  </form>
  <form method="post" action="/quality/mine/${result.case.case_id}">
    <input type="hidden" name="form_token" value="${session.form_token}">
    <input type="hidden" name="to" value="appealed">
    <label for="why">申诉理由</label>
    <textarea id="why" name="words" rows="4" required minlength="4" maxlength="${most}">${'\n' + typed}</textarea>
    <button type="submit" class="grave">提交申诉</button>
  </form>
  % endif
</section>
</div>
