<%inherit file="base.mako"/>
<%block name="head"><link rel="stylesheet" href="/static/live/live.css">
  <script type="module" src="/static/live/main.js"></script></%block>
<div id="desk" class="floor" data-config="${config}">
  <h1 class="unseen">会话</h1>
  <div class="notices"><p id="news" class="notice good" role="status"></p><p id="notice" class="notice bad" role="alert"></p></div>
  <p id="whisper-of-news" class="unseen" role="status"></p>
  <section class="side" aria-labelledby="side-title">
    <h2 id="side-title" class="unseen">队列和我的会话</h2>
    <div class="me">
      <p id="link-state" class="link-state" role="status">正在连接…</p>
      <div class="states" role="group" aria-label="我的状态">
        <button type="button" data-state="online" aria-pressed="false">在线</button>
        <button type="button" data-state="busy" aria-pressed="false">忙碌</button>
        <button type="button" data-state="away" aria-pressed="false">离开</button>
      </div>
      <p id="capacity" class="hint"></p>
      <div class="me-more">
        <button type="button" id="open-sheet" class="quiet small">快捷键 ?</button>
        <a class="button small quiet-link" href="/canned">常用语</a>
        <button type="button" id="ask-notify" class="quiet small" hidden>桌面提醒</button>
        <button type="button" id="sound" class="quiet small" aria-pressed="false">声音</button>
      </div>
    </div>
    <div id="offer"></div>
    <div id="calls"></div>
    <h3 id="mine-title">我的会话</h3>
    <ul id="mine" class="chats" aria-labelledby="mine-title"></ul>
    <h3 id="queue-title">排队</h3>
    <ul id="queue" class="chats" aria-labelledby="queue-title"></ul>
    <details id="others" class="fold"><summary>同事的会话<span id="others-count"></span></summary><ul id="others-list" class="chats"></ul></details>
    <details id="assistant" class="fold" hidden><summary>助手正在接待</summary><div id="assistant-list"></div></details>
    <h3 id="there-title">谁在</h3>
    <ul id="there" class="there" aria-labelledby="there-title"></ul>
  </section>
  <section class="talk" aria-labelledby="talk-title">
    <header id="talk-head" class="talk-head"><h2 id="talk-title">没有打开的会话</h2></header>
    <div id="log" class="log" role="log" aria-live="off" aria-label="对话内容" tabindex="0"></div>
    <p id="looking" class="looking" role="status"></p>
    <form id="composer" class="composer" hidden>
      <div class="modes" role="group" aria-label="写给谁">
        <button type="button" id="mode-say" aria-pressed="true">回复市民</button>
        <button type="button" id="mode-note" aria-pressed="false">内部备注</button>
        <button type="button" id="mode-whisper" aria-pressed="false" hidden>悄悄提示坐席</button>
        <button type="button" id="mode-relay" aria-pressed="false" hidden>转述单位</button>
      </div>
      <label for="box" id="box-label" class="unseen">回复市民</label>
      <div class="box-holder">
        <ul id="canned" class="canned" role="listbox" aria-label="常用语" hidden></ul>
        <textarea id="box" rows="3" aria-describedby="box-hint" aria-autocomplete="list" aria-controls="canned"></textarea>
      </div>
      <p id="fault" class="fault" role="alert" hidden></p>
      <div class="composer-foot">
        <p id="box-hint" class="hint">Ctrl+Enter 发送，/ 常用语，Ctrl+K 查知识</p>
        <button type="submit" id="send">发送</button>
      </div>
    </form>
  </section>
  <section id="context" class="context" aria-labelledby="context-title">
    <h2 id="context-title">背景</h2>
    <div id="context-body"><p class="hint">打开一个会话，这里会有市民的情况。</p></div>
  </section>
</div>
