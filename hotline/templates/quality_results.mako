<%inherit file="base.mako"/>
<%namespace name="parts" file="quality_parts.mako"/>
<%block name="head"><link rel="stylesheet" href="/static/quality.css"></%block>
<h1>质检成绩</h1>
${parts.menu(session, here)}
<form method="get" action="/quality/results" class="card filter">
  <div><label for="first">从</label><input id="first" name="first" type="date" value="${wanted.period.first}"></div>
  <div><label for="last">到</label><input id="last" name="last" type="date" value="${wanted.period.last}"></div>
  <div><label for="agent">坐席工号</label><input id="agent" name="agent" value="${wanted.agent}" maxlength="20" placeholder="全部" autocomplete="off"></div>
  <button type="submit">查看</button>
</form>
% if not count:
<p class="empty">这段时间没有评过分。</p>
% else:
<section class="card" aria-labelledby="trend">
  <h2 id="trend">${chart.title}</h2>
  <svg class="chart" viewBox="0 0 ${chart.width} ${chart.height}" role="img" aria-label="${chart.title}：${'，'.join(mark.label + '当周' + mark.said for mark in chart.marks)}">
    % for height, label in chart.rules:
    <line class="rule" x1="44" x2="${chart.width - 44}" y1="${height}" y2="${height}"/>
    <text class="axis" x="36" y="${height + 4}" text-anchor="end">${label}</text>
    % endfor
    % for line in chart.lines:
    <polyline class="trend" points="${line}"/>
    % endfor
    % for mark in chart.marks:
    <text class="axis" x="${mark.x}" y="${chart.height - 10}" text-anchor="middle">${mark.label}</text>
    % if mark.y is not None:
    <circle class="dot" cx="${mark.x}" cy="${mark.y}" r="4"/>
    <text class="value-label" x="${mark.x}" y="${mark.y - 9}" text-anchor="middle">${mark.said}</text>
    % endif
    % endfor
  </svg>
  <details><summary>看数字</summary>
    <ul>
      % for mark in chart.marks:
      <li>${mark.label}当周：${mark.said}${'，%d件' % mark.count if mark.count else ''}</li>
      % endfor
    </ul>
  </details>
</section>
<section class="part" aria-labelledby="agents">
  <h2 id="agents">按坐席</h2>
  <p class="hint">坐席之间比较，看“随机抽样平均”：必查的多是难办的件。</p>
  <table class="orders" role="table">
    <caption class="unseen">按坐席的成绩</caption>
    <thead role="rowgroup"><tr role="row"><th scope="col" role="columnheader">坐席</th><th scope="col" role="columnheader">评分件数</th><th scope="col" role="columnheader">平均分</th><th scope="col" role="columnheader">随机抽样平均</th><th scope="col" role="columnheader">一票否决</th><th scope="col" role="columnheader">申诉</th></tr></thead>
    <tbody role="rowgroup">
      % for line in agents:
      <tr role="row">
        <th scope="row" role="rowheader" data-label="坐席">${line.agent}</th>
        <td role="cell" data-label="评分件数">${line.cases}件</td>
        <td role="cell" data-label="平均分">${'%.1f' % line.mean}分</td>
        <td role="cell" data-label="随机抽样平均">${'没有' if line.mean_by_chance is None else '%.1f分' % line.mean_by_chance}</td>
        <td role="cell" data-label="一票否决">${line.fatal}件</td>
        <td role="cell" data-label="申诉">${line.appeals}件，改分${line.changed}件</td>
      </tr>
      % endfor
    </tbody>
  </table>
</section>
<section class="part" aria-labelledby="items">
  <h2 id="items">按评分项</h2>
  <table class="orders" role="table">
    <caption class="unseen">按评分项的成绩</caption>
    <thead role="rowgroup"><tr role="row"><th scope="col" role="columnheader">评分项</th><th scope="col" role="columnheader">评分卡</th><th scope="col" role="columnheader">评了</th><th scope="col" role="columnheader">扣过分</th><th scope="col" role="columnheader">得分率</th></tr></thead>
    <tbody role="rowgroup">
      % for line in items:
      <tr role="row">
        <th scope="row" role="rowheader" data-label="评分项">${line.item.label}</th>
        <td role="cell" data-label="评分卡">${line.card}</td>
        <td role="cell" data-label="评了">${line.judged}件</td>
        <td role="cell" data-label="扣过分">${line.missed}件</td>
        <td role="cell" data-label="得分率">${'%.0f' % (line.part * 100)}%</td>
      </tr>
      % endfor
    </tbody>
  </table>
</section>
<section class="part" aria-labelledby="coaching">
  <h2 id="coaching">辅导清单：最常扣分的项</h2>
  % if not coached:
  <p class="empty">没有扣分。</p>
  % endif
  % for one in coached:
  <div class="card">
    <h3>${one.line.item.label} <span class="left">${one.line.card}，${one.line.judged}件里${one.line.missed}件扣分</span></h3>
    <p class="hint">${one.line.item.guidance}</p>
    <ul>
      % for example in one.examples:
      <li>${example.agent}：${example.given}／${one.line.item.points}分，${example.remark or '没有写原因'}
        % if session.may('quality.score'):
        <a href="/quality/cases/${example.case_id}">看这一件<span class="unseen">：${one.line.item.label}，${example.agent}</span></a>
        % endif
      </li>
      % endfor
    </ul>
  </div>
  % endfor
</section>
% if session.may('quality.export'):
<form method="post" action="/quality/results/exports" class="card filter">
  <input type="hidden" name="form_token" value="${session.form_token}">
  <input type="hidden" name="first" value="${wanted.period.first}">
  <input type="hidden" name="last" value="${wanted.period.last}">
  <input type="hidden" name="agent" value="${wanted.agent}">
  <div><label for="reason">导出事由</label><input id="reason" name="reason" required minlength="4" maxlength="200" autocomplete="off"></div>
  <button type="submit" name="kind" value="xlsx">导出Excel</button>
  <button type="submit" name="kind" value="csv">导出CSV</button>
  <p class="hint">导出会记入操作记录，文件里写明谁、什么时候导出。</p>
</form>
% endif
% endif
