<%inherit file="base.mako"/>
<%block name="head"><link rel="stylesheet" href="/static/assist.css"></%block>
<%def name="signs(found)">
<ol class="signs" aria-label="逐字念">
  % for sign, said in found:
  <li><span class="sign">${sign}</span><span class="said">${said}</span></li>
  % endfor
</ol>
</%def>
<div class="card narrow">
  <h1>工单已登记</h1>
  <p class="good" role="status">请把单号和查询码逐字念给来电人，查询码只显示这一次。</p>
  <h2>单号 ${number}</h2>
  ${signs(spoken_number)}
  <h2>查询码 ${fetch_code}</h2>
  ${signs(spoken_code)}
  <p>答复时限：${due}前。</p>
  <p><a href="${call_href}">回到通话 ${call_number}</a> · <a href="${href}">打开这张工单</a></p>
</div>
