<%inherit file="base.mako"/>
<%namespace name="parts" file="knowledge_parts.mako"/>
<h1>试一试：哪一条会回答</h1>
${parts.menu('/knowledge/try')}
<form class="card search" method="get" action="/knowledge/try">
  <div class="fields">
    <p><label for="q">问题，像市民那样说</label><input id="q" name="q" value="${question}" maxlength="200" required></p>
    <p><label for="day">哪一天问的</label><input id="day" name="day" type="date" value="${day}"></p>
    <p><label for="region">在哪里（行政区划代码，可以不填）</label><input id="region" name="region" value="${region}" maxlength="12" inputmode="numeric"></p>
  </div>
  <button type="submit">试一试</button>
</form>
% if question:
% if not answers or not answers[0].hit.confident:
<p class="alert" role="status">没有把握：助手会说不清楚，请市民打12345。${'下面是最接近的。' if answers else ''}</p>
% else:
<p class="good" role="status">助手会用第一条回答。</p>
% endif
% for one in answers:
<section class="card" aria-labelledby="hit${loop.index}">
  <h2 id="hit${loop.index}"><a href="${href_of(one.hit.entry.id)}">${one.hit.entry.question}</a> <span class="chip ${'live' if one.hit.confident else ''}">${'%.0f' % (one.hit.score * 100)}% ${'有把握' if one.hit.confident else ''}</span></h2>
  <p class="bubble text">${one.hit.entry.answer.plain}</p>
  <dl>
    <dt>最像的说法</dt><dd>${one.nearest}</dd>
    <dt>意思相近</dt><dd>${'%.2f' % one.meaning}（1为相同）</dd>
    <dt>相同的词</dt><dd>${'、'.join(one.shared) or '没有'}</dd>
  </dl>
</section>
% endfor
% endif
