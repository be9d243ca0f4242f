<%def name="rooms(here, session, query='')">
<nav class="filters rooms" aria-label="报表">
  % for path, word, may in (('/figures', '概览', 'figures.view'), ('/figures/live', '实时看板', 'figures.view'), ('/figures/report', '打印和导出', 'figures.view'), ('/figures/agents', '坐席数据', 'chat.supervise'), ('/figures/mine', '我的数据', 'chat.take')):
  % if session.may(may):
  <a href="${path}${'?' + query if query and path != '/figures/live' else ''}" ${'aria-current="page"' if path == here else ''}>${word}</a>
  % endif
  % endfor
</nav>
</%def>
<%def name="periods(action, period, names, today, kept=())">
<nav class="filters" aria-label="期间">
  % for name, word in names:
  <a href="${action}?period=${name}" ${'aria-current="page"' if name == period.name else ''}>${word}</a>
  % endfor
</nav>
<form method="get" action="${action}" class="narrowing">
  <input type="hidden" name="period" value="free">
  % for name, value in kept:
  <input type="hidden" name="${name}" value="${value}">
  % endfor
  <div><label for="from">从</label><input id="from" name="from" type="date" required max="${today}" value="${period.first}"></div>
  <div><label for="to">到</label><input id="to" name="to" type="date" required max="${today}" value="${period.last}"></div>
  <button type="submit" class="quiet">查看</button>
</form>
</%def>
<%def name="tile(one)">
<li class="tile ${'met' if one.met else 'unmet' if one.met is False else 'plain'}">
  <h3>${one.definition.label}</h3>
  <p class="number">${one.words}</p>
  % if one.target:
  <p class="verdict">${one.target}</p>
  % endif
  <p class="change">${one.change}</p>
</li>
</%def>
<%def name="chart(one)">
<figure class="chart" id="chart-${one.key}">
  <figcaption id="title-${one.key}">${one.title}</figcaption>
  % if one.series:
  <ul class="series" aria-hidden="true">
    % for number, label in enumerate(one.series):
    <li><svg class="swatch" viewBox="0 0 16 16" width="16" height="16"><rect class="bar series-${number}" width="16" height="16"/></svg> ${label}</li>
    % endfor
  </ul>
  % endif
  <div class="wide" tabindex="0" role="region" aria-labelledby="title-${one.key}">
    <svg viewBox="0 0 720 240" role="img" aria-label="${one.title}，数据见下方表格" focusable="false">
      % for tick in one.ticks:
      <line class="rule" x1="64" x2="708" y1="${'%.1f' % tick.y}" y2="${'%.1f' % tick.y}"/>
      <text class="tick" x="${'%.1f' % tick.x}" y="${'%.1f' % (tick.y + 4)}" text-anchor="end">${tick.text}</text>
      % endfor
      % for bar in one.bars:
      <rect class="bar series-${bar.kind}" x="${'%.1f' % bar.x}" y="${'%.1f' % bar.y}" width="${'%.1f' % bar.width}" height="${'%.1f' % bar.height}"><title>${bar.title}</title></rect>
      % endfor
      % if one.target_y is not None:
      <line class="aim" x1="64" x2="708" y1="${'%.1f' % one.target_y}" y2="${'%.1f' % one.target_y}"/>
      <text class="aim-word" x="708" y="${'%.1f' % (one.target_y - 4 if one.target_y > 30 else one.target_y + 14)}" text-anchor="end">${one.target}</text>
      % endif
      % for points in one.lines:
      <polyline class="trend" points="${points}"/>
      % endfor
      % for dot in one.dots:
      <circle class="dot" cx="${'%.1f' % dot.x}" cy="${'%.1f' % dot.y}" r="4"><title>${dot.title}</title></circle>
      % endfor
      % for label in one.across:
      <text class="tick" x="${'%.1f' % label.x}" y="${'%.1f' % label.y}" text-anchor="middle">${label.text}</text>
      % endfor
    </svg>
  </div>
  <details>
    <summary>${one.title}的数据</summary>
    ${table(one.title, one.head, one.rows)}
  </details>
</figure>
</%def>
<%def name="table(caption, head, rows)">
<div class="scroll" tabindex="0" role="group" aria-label="${caption}的数据">
<table class="data">
  <caption class="unseen">${caption}</caption>
  <thead><tr>
    % for number, name in enumerate(head):
    <th scope="col">${name or '时间'}</th>
    % endfor
  </tr></thead>
  <tbody>
    % for row in rows:
    <tr>
      <th scope="row">${row[0]}</th>
      % for cell in row[1:]:
      <td>${cell}</td>
      % endfor
    </tr>
    % endfor
  </tbody>
</table>
</div>
</%def>
<%def name="ranking(title, rows)">
<section class="card">
  <h3>${title}</h3>
  % if rows:
  <ol class="ranking">
    % for label, amount in rows:
    <li><span class="pair"><span class="what">${label}</span> <b>${amount}</b></span> <svg class="length" viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true" focusable="false"><rect class="bar series-0" width="${'%.1f' % (100 * amount / rows[0][1])}" height="10"/></svg></li>
    % endfor
  </ol>
  % else:
  <p class="empty">无数据</p>
  % endif
</section>
</%def>
<%def name="definitions(tiles)">
<dl class="meanings">
  % for one in tiles:
  <dt>${one.definition.label}</dt>
  <dd>${one.definition.meaning}${'依据：' + one.definition.norm + '。' if one.definition.norm else ''}</dd>
  % endfor
</dl>
</%def>
