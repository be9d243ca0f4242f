<%inherit file="base.mako"/>
<%namespace name="parts" file="figures_parts.mako"/>
<%block name="head"><link rel="stylesheet" href="/static/figures.css">
  <noscript><meta http-equiv="refresh" content="10"></noscript>
  <script type="module" src="/static/figures_live.js"></script></%block>
<h1>实时看板</h1>
${parts.rooms('/figures/live', session)}
<dl class="board" id="board" data-now="/figures/live/now">
  <div><dt>正在排队</dt><dd data-part="waiting">${board.waiting}</dd></div>
  <div><dt>最长已等</dt><dd data-part="longest_wait">${board.longest_wait}</dd></div>
  <div><dt>正在接待</dt><dd data-part="under_way">${board.under_way}</dd></div>
  <div><dt>到岗坐席</dt><dd data-part="agents">${board.agents}</dd><dd class="more" data-part="agents_more">${board.agents_more}</dd></div>
  <div><dt>今天接通率</dt><dd data-part="connection">${board.connection}</dd><dd class="more" data-part="connection_target">${board.connection_target}</dd></div>
  <div><dt>今天人工请求</dt><dd data-part="asked">${board.asked}</dd></div>
  % if board.phone_calls:
  <div><dt>电话正在响</dt><dd data-part="phone_ringing">${board.phone_ringing}</dd></div>
  <div><dt>漏接待回拨</dt><dd data-part="phone_back">${board.phone_back}</dd></div>
  <div><dt>今天电话接通率</dt><dd data-part="phone_connection">${board.phone_connection}</dd><dd class="more" data-part="phone_connection_target">${board.phone_connection_target}</dd></div>
  <div><dt>今天来电</dt><dd data-part="phone_calls">${board.phone_calls}</dd></div>
  <div><dt>平均等待接听</dt><dd data-part="phone_wait">${board.phone_wait}</dd></div>
  % endif
</dl>
<p class="hint" id="board-state" role="status">每5秒自动更新</p>
