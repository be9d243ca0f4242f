<%inherit file="base.mako"/>
<%namespace name="parts" file="figures_parts.mako"/>
<%block name="head"><link rel="stylesheet" href="/static/figures.css"></%block>
<h1>${title}</h1>
${parts.rooms(action, session)}
${parts.periods(action, period, periods, today)}
<p class="hint">${period.words}。会话算在最后接待它的坐席名下。只看得到还保存着的会话（180天），不另外留存；${'只有您自己和班长看得到您的数据。' if mine else '只有能旁观会话的人看得到全部坐席的数据，每个坐席看得到自己的；每次查看都有记录。'}</p>
% if people:
${parts.table(title, ('工号', '接待', '平均首次响应', '3分钟内首次响应', '平均接待时长', '满意率', '评价数'), [(one.number, one.taken, one.reply, one.in_time, one.talk, one.satisfied, one.rated) for one in people])}
% else:
<p class="empty">本期没有接待过会话</p>
% endif
