<!doctype html>
<html lang="zh-CN">
<head>
  <meta charset="utf-8">
  <meta name="viewport" content="width=device-width, initial-scale=1">
  <title>${title} · 12345坐席台</title>
  <link rel="stylesheet" href="/static/desk.css">
  <script type="module" src="/static/live/leaving.js"></script>
  <link rel="icon" href="/static/icon.svg" type="image/svg+xml">
  <%block name="head"></%block>
</head>
<body>
  <a class="skip" href="#main">跳到正文</a>
  <header class="bar">
    <p class="name">12345坐席台</p>
    % if session is not None and session.logged_in:
    <nav aria-label="主菜单">
      % for item in menu:
      <a href="${item.path}">${item.label}</a>
      % endfor
    </nav>
    <form class="who" method="post" action="/logout" data-agent="${session.agent}">
      <input type="hidden" name="form_token" value="${session.form_token}">
      <a href="/profile">工号 ${session.agent}</a>
      <button class="plain" type="submit">退出</button>
    </form>
    % endif
  </header>
  <main id="main" tabindex="-1">
    ${next.body()}
  </main>
</body>
</html>
