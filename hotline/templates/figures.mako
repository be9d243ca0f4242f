<%inherit file="base.mako"/>
<%namespace name="parts" file="figures_parts.mako"/>
<%block name="head"><link rel="stylesheet" href="/static/figures.css"></%block>
<h1>统计报表</h1>
${parts.rooms('/figures', session, query)}
${parts.periods('/figures', summary.period, periods, today)}
<p class="hint">${summary.period.words}，与${summary.before.words}比较。${counted}</p>
% if missing:
<p class="alert" role="status">${missing}</p>
% endif
% for label, tiles in groups:
<section aria-labelledby="group-${loop.index}">
  <h2 id="group-${loop.index}">${label}</h2>
  <ul class="tiles">
    % for one in tiles:
    ${parts.tile(one)}
    % endfor
  </ul>
</section>
% endfor
<h2>走势</h2>
<div class="charts">
  % for one in volumes + trends:
  ${parts.chart(one)}
  % endfor
</div>
<h2>热点问题</h2>
<div class="charts">
  % for title, rows in topics:
  ${parts.ranking(title, rows)}
  % endfor
</div>
<section class="card" aria-labelledby="open-questions">
  <h2 id="open-questions">没答上来的</h2>
  % if questions:
  <ol class="ranking">
    % for one in questions:
    <li><span class="pair"><span class="what">${one.text}</span> <b>${one.times}次</b></span></li>
    % endfor
  </ol>
  <p><a href="/knowledge/questions">去待办问题</a></p>
  % else:
  <p class="empty">本期没有待处理的未答问题</p>
  % endif
</section>
<section class="card" aria-labelledby="map-title" id="map">
  <h2 id="map-title">各市州：${map.measure.label}</h2>
  <nav class="filters" aria-label="地图显示">
    % for one in measures:
    <a href="/figures?${query}&amp;map=${one.key}#map" ${'aria-current="true"' if one.key == map.measure.key else ''}>${one.label}</a>
    % endfor
  </nav>
  <p class="hint">每个市州一格，位置按东西南北排列，不按面积。不足5件的只写“&lt;5”。未说明地区的：${map.elsewhere}。</p>
  <ul class="map">
    % for one in map.tiles:
    <li class="row-${one.place.row} column-${one.place.column}"><a class="shade-${one.shade}" href="/figures?${query}&amp;map=${map.measure.key}&amp;place=${one.place.code}#place" ${'aria-current="true"' if place is not None and place.code == one.place.code else ''}><span>${one.place.name}</span> <b>${one.words}</b></a></li>
    % endfor
  </ul>
  <ul class="legend" aria-label="图例">
    % for number, words in enumerate(map.legend):
    <li><svg class="swatch shade-${number}" viewBox="0 0 16 16" width="16" height="16" aria-hidden="true" focusable="false"><rect width="16" height="16"/></svg> ${words}</li>
    % endfor
  </ul>
  % if place is not None:
  <div id="place" tabindex="-1">
    <h3>${place.name}</h3>
    <dl>
      % for label, words in place_rows:
      <dt>${label}</dt><dd>${words}</dd>
      % endfor
    </dl>
  </div>
  % endif
</section>
<details class="card">
  <summary>口径说明</summary>
  % for label, tiles in groups:
  <h3>${label}</h3>
  ${parts.definitions(tiles)}
  % endfor
</details>
