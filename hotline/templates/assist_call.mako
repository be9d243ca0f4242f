<%inherit file="base.mako"/>
<%namespace name="fields" file="fields.mako"/>
<%block name="head">
<link rel="stylesheet" href="/static/assist.css">
<script type="module" src="/static/assist.js"></script>
<script type="module" src="/static/ringing.js"></script>
</%block>
<div id="assist" class="assist" data-number="${call.number}" data-token="${session.form_token}" data-state="${state}">
<header class="line">
  <h1>来电 ${call.number}</h1>
  <p class="hint">${begun}开始${'，' + ended + '结束' if ended else ''} · <span id="saved" role="status">${'通话已结束' if ended else '已保存'}</span></p>
  % if behind is not None:
  <p class="hint">来电号码 <b>${behind.shown}</b>${'，' + hung_up + '已挂断' if hung_up and not ended else ''}</p>
  % if behind.earlier:
  <p class="hint">今天还打来过${len(behind.earlier)}次：${'、'.join(behind.earlier)}\
  % if behind.orders:
；工单\
    % for order in behind.orders:
 <a href="/orders/${order | u}">${order}</a>\
    % endfor
  % endif
  </p>
  % endif
  % endif
  % if call.order_number:
  <p class="good">已登记工单 <a href="/orders/${call.order_number | u}">${call.order_number}</a></p>
  % endif
  % if not ended:
  <form method="post" action="/calls/${call.number | u}/end">
    <input type="hidden" name="form_token" value="${session.form_token}">
    <button class="quiet small" type="submit">结束通话</button>
  </form>
  % endif
</header>
<noscript><p class="alert">这一页要打开浏览器的脚本才能边听边出建议。现在可以直接<a href="/orders/new">登记工单</a>。</p></noscript>
<div id="ringing" data-known="${call.number}" data-missed=""><p id="ringing-word" role="status"></p></div>
<div id="danger" role="alert"></div>
<div class="halves">
<section class="card" aria-labelledby="notes_title">
  <h2 id="notes_title">边听边记</h2>
  <label class="unseen" for="notes">通话记录</label>
  <textarea id="notes" rows="7" maxlength="${max_notes}" autocomplete="off" spellcheck="false" aria-describedby="notes_hint" ${'readonly' if ended else 'autofocus'}>${'\n' + call.pad.notes}</textarea>
  <p class="hint" id="notes_hint">停一下就出建议。Alt+1、2、3 采用，Alt+0 跳过这一问，Alt+Q 回到这里。号码和姓名存下来就打星号。</p>
  <div class="ask" aria-labelledby="ask_title">
    <div class="line">
      <h2 id="ask_title">接下来问</h2>
      <label for="matter" class="unseen">说的是什么事</label>
      <select id="matter">
        <option value="">${'按记录判断'}</option>
        % for value, label in matters:
        <option value="${value}">${label}</option>
        % endfor
      </select>
    </div>
    <p id="question" class="question">开始记录后，这里提示下一句该问什么。</p>
    <button id="skip" class="quiet small" type="button" hidden>跳过这一问（Alt+0）</button>
    <ol id="checklist" class="checklist" aria-label="要问清的事"></ol>
  </div>
</section>
<section class="card" aria-labelledby="suggestions_title">
  <h2 id="suggestions_title">可以这样答</h2>
  <p class="unseen" id="announce" role="status"></p>
  <ol id="suggestions" class="suggestions"></ol>
  <p id="nothing" class="hint">还没有把握大的答复。</p>
  <button id="none" class="quiet small" type="button" ${'hidden' if ended else ''}>没有要找的答复，告诉知识编辑</button>
</section>
</div>
<template id="suggestion">
  <li class="suggestion">
    <h3></h3>
    <p class="plain"></p>
    <details class="more"><summary>别的说法</summary><dl></dl></details>
    <p class="hint meta"></p>
    <div class="line">
      <button class="use small" type="button"></button>
      <a class="open" target="_blank" rel="noopener">打开原文</a>
      <label class="unseen"></label>
      <select class="wrong">
        <option value="">不对…</option>
        % for value, label in reasons:
        <option value="${value}">${label}</option>
        % endfor
      </select>
    </div>
  </li>
</template>
% if purposes and not ended:
<details class="card">
  <summary>来电人的健康码（要写明用途，本人查得到）</summary>
  <form id="look" autocomplete="off">
    <div class="pair">
      <div>${fields.choice('look_purpose', 'purpose', '用途', purposes, '', True)}</div>
      <div>
        <label for="look_note">具体原因</label>
        <input id="look_note" name="note" required minlength="${least_note}" maxlength="${max_note}" aria-describedby="look_hint">
        <p class="hint" id="look_hint">例如：来电人说两次阴性没转绿，要核对。不要写姓名和号码。</p>
      </div>
    </div>
    <label for="look_whom">证件号码，或本人登记的手机号</label>
    <input id="look_whom" name="whom" required maxlength="60" spellcheck="false">
    <button type="submit">查看</button>
  </form>
  <div id="look_result" role="status"></div>
  % if looks:
  <p class="hint">这通电话里看过：${'；'.join(at + '，' + why for at, why in looks)}</p>
  % endif
</details>
% endif
% if not ended:
<form id="order" class="card intake" method="post" action="/calls/${call.number | u}/order">
  <h2>工单草稿</h2>
  % if fault:
  <p class="alert" role="alert">${fault} 您写的内容还在。</p>
  % endif
  <p id="missing" class="hint"></p>
  <input type="hidden" name="form_token" value="${session.form_token}">
  <input type="hidden" name="key" value="${call.order_key}">
  <div class="evidence-of" id="marked" aria-label="记录里的依据"></div>
  <div class="pair">
    <div>${fields.choice('kind', 'kind', '类型', kinds, values['kind'], True)}</div>
    <div>${fields.choice('urgency', 'urgency', '紧急程度', urgencies, values['urgency'] or 'normal', True)}</div>
  </div>
  ${fields.choice('topic', 'topic', '事项（不选就按内容判断）', topics, values['topic'])}
  ${fields.free('title', 'title', '标题', values['title'], limits['title'], True)}
  ${fields.free('content', 'content', '诉求内容', values['content'], limits['content'], True)}
  <div class="pair">
    <div>
      <label for="happened_at">发生时间（可以不填）</label>
      <input id="happened_at" name="happened_at" type="datetime-local" value="${values['happened_at']}">
    </div>
    <div>${fields.choice('division', 'division', '发生地区', divisions, values['division'])}</div>
  </div>
  ${fields.free('place', 'place', '具体地点（可以不填）', values['place'], limits['place'])}
  <div class="pair">
    <div>${fields.free('phone', 'phone', '回电号码（打星号的按记下的完整号码登记）', values['phone'], limits['phone'])}</div>
    <div>${fields.choice('special_group', 'special_group', '特殊群体（可以不选）', groups, values['special_group'])}</div>
  </div>
  <label class="tick"><input type="checkbox" name="anonymous" value="yes" ${'checked' if values['anonymous'] else ''}> 匿名登记</label>
  <label class="tick"><input type="checkbox" name="confidential" value="yes" ${'checked' if values['confidential'] else ''}> 要求对承办单位保密</label>
  <label class="tick"><input type="checkbox" name="confirmed" value="yes" required> 已念给来电人核对，可以登记</label>
  <button type="submit">登记工单</button>
</form>
% endif
</div>
