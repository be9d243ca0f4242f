<%inherit file="base.mako"/>
<%namespace name="parts" file="knowledge_parts.mako"/>
<p><a href="/knowledge">← 返回条目列表</a></p>
% if done:
<p class="good" role="status">已完成：${done}。</p>
% endif
% if fault:
<p class="alert" role="alert">${fault}</p>
% endif
<h1>${row.question}</h1>
<p class="hint">${row.entry_id} · ${row.topic} · <span class="chip ${row.status}">${row.status_word}</span>
  % if row.left:
  <span class="chip ended">${row.left}</span>
  % endif
</p>
% if impact is not None:
<section class="card" aria-labelledby="impact">
  <h2 id="impact">发布后，检验问题的答复会怎样变</h2>
  ${parts.shifts(impact, effects)}
</section>
% endif
<div class="columns">
<section class="card" aria-labelledby="said">
  <h2 id="said">${'第%d版' % shown.number}${'（正在告诉市民）' if told is not None and told.number == shown.number else '（没有在用）'}</h2>
  <nav class="filters" aria-label="谁看到的">
    % for name, word in audiences.items():
    <a href="${row.href}?version=${shown.number}&amp;as=${name}" ${'aria-current="page"' if audience == name else '' | n}>${word}</a>
    % endfor
  </nav>
  % if previews[audience]:
  <p class="bubble text ${audience}">${previews[audience]}</p>
  % else:
  <p class="hint">还没有写。</p>
  % endif
  <dl>
    % for name, value in facts:
    <dt>${name}</dt><dd class="text">${value}</dd>
    % endfor
  </dl>
</section>
<section class="card moves" aria-labelledby="moves">
  <h2 id="moves">处理</h2>
  % if waits is not None:
  <h3>第${waits.number}版：${states[waits.state]}（${waits_kind}）</h3>
  <p class="hint">作者 ${waits_authors}${'，' + waits_schedule if waits_schedule else ''}</p>
  % if waits.comment and waits.state == 'draft':
  <p class="alert">审核员退回：${waits.comment}</p>
  % endif
  % if waits.kind == 'tell':
  ${parts.diff(changes)}
  <p><a href="${row.href}?version=${waits.number}">预览这一版</a></p>
  % else:
  <p>发布以后，助手不再给出这条答复。</p>
  % endif
  % if problems:
  <p><strong>还要改的地方：</strong></p>
  <ul class="faults">
    % for problem in problems:
    <li>${problem}</li>
    % endfor
  </ul>
  % endif
  % if waits.state == 'draft' and may_edit:
  <p><a class="button" href="${row.href}/edit">继续修改</a></p>
  <form method="post" action="${row.href}/moves">
    ${parts.hidden(session.form_token, 'submit', waits)}
    <button type="submit">提交审核</button>
  </form>
  % endif
  % if waits.state == 'in_review' and may_review:
  <form class="move" method="post" action="${row.href}/moves">
    ${parts.hidden(session.form_token, 'impact', waits)}
    <button type="submit" class="quiet">试算影响</button>
    <p class="hint">用全部检验问题比较发布前后，要几秒钟。</p>
  </form>
  % if waits_own:
  <p class="hint">您写过或提交过这一版，要请另一位审核员发布。</p>
  % else:
  <form class="move" method="post" action="${row.href}/moves">
    ${parts.hidden(session.form_token, 'publish', waits)}
    % if impact is not None and any(shift.is_worse for shift in impact):
    <label for="override">仍要发布的理由</label>
    <textarea id="override" name="override" rows="3" maxlength="500" required></textarea>
    % endif
    <button type="submit">审核通过，发布</button>
  </form>
  % endif
  <form class="move" method="post" action="${row.href}/moves">
    ${parts.hidden(session.form_token, 'send_back', waits)}
    <label for="comment">退回的原因（作者会看到）</label>
    <textarea id="comment" name="comment" rows="3" maxlength="500" required>${'\n' + comment}</textarea>
    <button type="submit" class="quiet">退回修改</button>
  </form>
  % endif
  % if may_edit:
  <form class="move" method="post" action="${row.href}/moves">
    ${parts.hidden(session.form_token, 'drop', waits)}
    <button type="submit" class="grave">作废这一版</button>
  </form>
  % endif
  % elif may_edit:
  <p><a class="button" href="${row.href}/edit">修改</a></p>
  % if told is not None:
  <form class="move" method="post" action="${row.href}/moves">
    ${parts.hidden(session.form_token, 'retire')}
    <label for="retire_why">为什么要下线（审核员会看到）</label>
    <textarea id="retire_why" name="comment" rows="2" maxlength="500" required></textarea>
    <button type="submit" class="quiet">提请下线</button>
    <p class="hint">审核通过以后，助手不再给出这条答复。</p>
  </form>
  % endif
  % else:
  <p class="hint">没有待处理的版本。</p>
  % endif
  % if told is not None and may_review:
  <details class="move">
    <summary class="grave">紧急下线</summary>
    <form method="post" action="${row.href}/moves">
      ${parts.hidden(session.form_token, 'withdraw')}
      <p class="hint">答复有错、会害人时用。马上生效，不用第二个人；恢复要按正常流程审核。会记入操作记录。</p>
      <label for="withdraw_why">原因</label>
      <textarea id="withdraw_why" name="comment" rows="2" maxlength="500" required></textarea>
      <button type="submit" class="grave">马上下线</button>
    </form>
  </details>
  % endif
</section>
</div>
% if row.upstream:
<section class="card" aria-labelledby="upstream">
  <h2 id="upstream">随产品来的文件有改动</h2>
  % if file.upstream is None:
  <p>文件里已经没有这一条。编辑改过，所以编辑的版本继续使用。</p>
  % else:
  <p>编辑改过这一条，所以编辑的版本继续使用；文件里现在是这样写的：</p>
  ${parts.diff(upstream_changes)}
  % endif
  % if may_edit:
  % if file.upstream is not None and waits is None:
  <form method="post" action="${row.href}/moves">
    ${parts.hidden(session.form_token, 'take_file')}
    <button type="submit">按文件内容起草新版</button>
  </form>
  % endif
  <form method="post" action="${row.href}/moves">
    ${parts.hidden(session.form_token, 'ignore_file')}
    <button type="submit" class="quiet">保留编辑的版本</button>
  </form>
  % endif
</section>
% endif
<section class="card" aria-labelledby="versions">
  <h2 id="versions">全部版本</h2>
  <table class="orders" role="table">
    <caption class="unseen">全部版本</caption>
    <thead role="rowgroup">
      <tr role="row"><th scope="col" role="columnheader">版本</th><th scope="col" role="columnheader">状态</th><th scope="col" role="columnheader">作者</th><th scope="col" role="columnheader">审核</th><th scope="col" role="columnheader">发布</th><th scope="col" role="columnheader">操作</th></tr>
    </thead>
    <tbody role="rowgroup">
      % for version in versions:
      <tr role="row">
        <th scope="row" role="rowheader" data-label="版本"><a href="${row.href}?version=${version.number}">第${version.number}版</a></th>
        <td role="cell" class="wide" data-label="状态">${version.state}${'（下线）' if version.kind == '下线' else ''}${'，正在使用' if version.is_told else ''}${'，紧急下线' if version.emergency else ''}
          % if version.overridden:
          <br><span class="hint">不顾检验问题发布：${version.overridden}</span>
          % endif
        </td>
        <td role="cell" data-label="作者">${version.authors}</td>
        <td role="cell" data-label="审核">${version.reviewer or '无'}</td>
        <td role="cell" class="wide" data-label="发布">${version.when or '未发布'} ${version.schedule}</td>
        <td role="cell" class="wide" data-label="操作">
          % if version.number > 1:
          <a href="${row.href}/diff?from=${version.number - 1}&amp;to=${version.number}">与上一版比较</a>
          % endif
          % if may_edit and waits is None and not version.is_told and version.state == '已发布' and version.kind == '答复':
          <form method="post" action="${row.href}/moves">
            ${parts.hidden(session.form_token, 'roll_back')}
            <input type="hidden" name="version" value="${version.number}">
            <button type="submit" class="quiet small">恢复这一版</button>
          </form>
          % endif
        </td>
      </tr>
      % endfor
    </tbody>
  </table>
</section>
<section class="card" aria-labelledby="history">
  <h2 id="history">经过</h2>
  <ol class="events">
    % for who, at, step, number, text in history:
    <li><span class="at">${at}</span> ${who} <strong>${step}</strong>（第${number}版）${text}</li>
    % endfor
  </ol>
</section>
