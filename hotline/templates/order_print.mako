<!doctype html>
<html lang="zh-CN">
<head>
  <meta charset="utf-8">
  <meta name="viewport" content="width=device-width, initial-scale=1">
  <title>${title} · 12345坐席台</title>
  <link rel="stylesheet" href="/static/desk.css">
  <link rel="icon" href="/static/icon.svg" type="image/svg+xml">
</head>
<body class="sheet">
  <main id="main">
    <p class="noprint"><a href="${order.row.href}">← 返回这张工单</a>（用浏览器的“打印”功能打印本页）</p>
    <h1>12345政务服务便民热线工单</h1>
    <table>
      <tr><th scope="row">单号</th><td>${order.row.number}</td><th scope="row">状态</th><td>${order.row.state}</td></tr>
      <tr><th scope="row">标题</th><td colspan="3">${order.row.title}</td></tr>
      <tr><th scope="row">时限</th><td colspan="3">${order.row.limit.due} ${order.row.limit.light_word}</td></tr>
      % if order.row.signing:
      <tr><th scope="row">签收时限</th><td colspan="3">${order.row.signing.due} ${order.row.signing.light_word}</td></tr>
      % endif
      % for label, value in order.facts:
      <tr><th scope="row">${label}</th><td colspan="3">${value}</td></tr>
      % endfor
      <tr><th scope="row">诉求</th><td colspan="3" class="text">${order.content}</td></tr>
      % if order.reply:
      <tr><th scope="row">答复</th><td colspan="3" class="text">${order.reply}</td></tr>
      % endif
      <tr><th scope="row">经过</th><td colspan="3">
        % for event in order.events:
        <p>${event.at} ${event.doer} ${event.step} ${event.text}</p>
        % endfor
      </td></tr>
    </table>
    <p class="hint">${printed}。含个人信息，请妥善保管。</p>
  </main>
</body>
</html>
