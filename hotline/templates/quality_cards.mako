<%inherit file="base.mako"/>
<%namespace name="parts" file="quality_parts.mako"/>
<%block name="head"><link rel="stylesheet" href="/static/quality.css"></%block>
<h1>评分卡</h1>
${parts.menu(session, here)}
% for card in cards:
<section class="card" aria-labelledby="card-${card.source}">
  <h2 id="card-${card.source}">${card.label} <span class="left">第${card.version}版，${card.since}起用</span></h2>
  <table class="orders" role="table">
    <caption class="unseen">${card.label}</caption>
    <thead role="rowgroup"><tr role="row"><th scope="col" role="columnheader">评分项</th><th scope="col" role="columnheader">满分</th><th scope="col" role="columnheader">怎样评</th><th scope="col" role="columnheader">依据</th></tr></thead>
    <tbody role="rowgroup">
      % for item in card.items:
      <tr role="row"><th scope="row" role="rowheader" data-label="评分项">${item.label}</th><td role="cell" data-label="满分">${item.points}分</td><td role="cell" class="wide" data-label="怎样评">${item.guidance}</td><td role="cell" class="wide" data-label="依据">${item.basis}</td></tr>
      % endfor
    </tbody>
  </table>
  <h3>一票否决</h3>
  <ul>
    % for one in card.fatal:
    <li><strong>${one.label}</strong>：${one.guidance}（${one.basis}）</li>
    % endfor
  </ul>
</section>
% endfor
