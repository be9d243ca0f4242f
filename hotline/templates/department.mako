<%inherit file="base.mako"/>
<%block name="head"><link rel="stylesheet" href="/static/live/live.css">
  <script type="module" src="/static/department/main.js"></script></%block>
<div id="desk" class="floor" data-config="${config}">
  <h1 class="unseen">三方会话</h1>
  <div class="notices"><p id="news" class="notice good" role="status"></p><p id="notice" class="notice bad" role="alert"></p></div>
  <p id="whisper-of-news" class="unseen" role="status"></p>
  <section class="side" aria-labelledby="side-title">
    <h2 id="side-title">三方会话</h2>
    <p id="link-state" class="link-state" role="status">正在连接…</p>
    <p class="hint">坐席请本单位一起答复市民时，会话出现在这里。页面开着，坐席就知道本单位有人在。</p>
    <div class="me-more">
      <button type="button" id="open-sheet" class="quiet small">快捷键 ?</button>
      <button type="button" id="ask-notify" class="quiet small" hidden>桌面提醒</button>
      <button type="button" id="sound" class="quiet small" aria-pressed="false">声音</button>
    </div>
    <h3 id="joined-title">本单位在的会话</h3>
    <ul id="joined" class="chats" aria-labelledby="joined-title"></ul>
    <details class="fold"><summary>一天内参加过的</summary><ul id="stays" class="chats"></ul></details>
  </section>
  <section class="talk" aria-labelledby="talk-title">
    <header id="talk-head" class="talk-head"><h2 id="talk-title">没有打开的会话</h2></header>
    <div id="log" class="log" role="log" aria-live="off" aria-label="对话内容" tabindex="0"></div>
    <p id="looking" class="looking" role="status"></p>
    <form id="composer" class="composer" hidden>
      <div class="modes" role="group" aria-label="写给谁">
        <button type="button" id="mode-say" aria-pressed="true">答复市民</button>
        <button type="button" id="mode-note" aria-pressed="false">备注给坐席</button>
      </div>
      <label for="box" id="box-label" class="unseen">答复市民</label>
      <textarea id="box" rows="3" aria-describedby="box-hint"></textarea>
      <p id="fault" class="fault" role="alert" hidden></p>
      <div class="composer-foot">
        <p id="box-hint" class="hint">Ctrl+Enter 发送</p>
        <button type="submit" id="send">发送</button>
      </div>
    </form>
  </section>
  <section id="context" class="context" aria-labelledby="context-title">
    <h2 id="context-title">背景</h2>
    <div id="context-body"><p class="hint">打开一个会话，这里会有摘要。</p></div>
  </section>
</div>
