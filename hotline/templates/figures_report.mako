<%namespace name="parts" file="figures_parts.mako"/>
<!doctype html>
<html lang="zh-CN">
<head>
  <meta charset="utf-8">
  <meta name="viewport" content="width=device-width, initial-scale=1">
  <title>${title} · 12345坐席台</title>
  <link rel="stylesheet" href="/static/desk.css">
  <link rel="stylesheet" href="/static/figures.css">
  <link rel="icon" href="/static/icon.svg" type="image/svg+xml">
</head>
<body class="sheet report">
  <main id="main">
    <div class="noprint">
      <p><a href="/figures?${query}">← 返回报表</a>（用浏览器的“打印”功能打印本页）</p>
      <form method="get" action="/figures/report" class="narrowing">
        <div><label for="from">从</label><input id="from" name="from" type="date" required value="${summary.period.first}"></div>
        <div><label for="to">到</label><input id="to" name="to" type="date" required value="${summary.period.last}"></div>
        <button type="submit" class="quiet">换一个期间</button>
      </form>
      % if session.may('figures.export'):
      <form method="post" action="/figures/report/exports" class="narrowing">
        <input type="hidden" name="form_token" value="${session.form_token}">
        <input type="hidden" name="from" value="${summary.period.first}">
        <input type="hidden" name="to" value="${summary.period.last}">
        <div><label for="reason">导出的理由</label><input id="reason" name="reason" required minlength="${least}" maxlength="${longest}"></div>
        <button type="submit" name="kind" value="xlsx">导出Excel</button>
        <button type="submit" name="kind" value="csv">导出CSV</button>
      </form>
      <p class="hint">文件里会写上您的工号、时间和理由，导出有记录。</p>
      % endif
    </div>
    <h1>${title}</h1>
    <p>期间：${summary.period.words}（${summary.period.length}天）；上期：${summary.before.words}。制表：工号${session.agent}，${made}。</p>
    <p>${counted}${missing}</p>
    % for label in dict.fromkeys(line.group for line in lines):
    <section>
      <h2>${label}</h2>
      <table>
        <thead><tr><th scope="col">指标</th><th scope="col">本期</th><th scope="col">上期</th><th scope="col">比较</th><th scope="col">目标</th></tr></thead>
        <tbody>
          % for line in lines:
          % if line.group == label:
          <tr><th scope="row">${line.label}</th><td>${line.now}</td><td>${line.before}</td><td>${line.change}</td><td>${line.target or '未设目标'}</td></tr>
          % endif
          % endfor
        </tbody>
      </table>
    </section>
    % endfor
    <section class="fresh">
      <h2>各市州</h2>
      <p>不足5件的只写“&lt;5”，不算比率。</p>
      ${parts.table('各市州', place_head, place_rows)}
    </section>
    <section>
      <h2>各渠道</h2>
      ${parts.table('各渠道', ('渠道', '人工请求', '助手会话', '受理工单'), channel_rows)}
    </section>
    <section>
      <h2>各时段的人工请求和来电</h2>
      ${parts.table('各时段的人工请求和来电', hour_head, hour_rows)}
    </section>
    % for heading, rows in topics:
    <section>
      <h2>${heading}</h2>
      % if rows:
      ${parts.table(heading, ('事项', '次数'), rows)}
      % else:
      <p>无数据</p>
      % endif
    </section>
    % endfor
    <section class="fresh">
      <h2>口径说明</h2>
      <dl class="meanings">
        % for line in lines:
        <dt>${line.label}</dt><dd>${line.meaning}</dd>
        % endfor
      </dl>
      <p>会话算在市民请求人工的那一天，来电算在打进来的那一天，跨过零点的也算在前一天。没有可算的情况写“无数据”。</p>
    </section>
  </main>
</body>
</html>
