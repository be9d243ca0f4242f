<%inherit file="base.mako"/>
<%namespace name="parts" file="quality_parts.mako"/>
<%block name="head"><link rel="stylesheet" href="/static/quality.css"></%block>
<h1>校准对比：坐席 ${case.agent}</h1>
<p class="hint">计入成绩的是工号 ${counts.scorer} 的评分，${counts.total}分。<a href="/quality/cases/${case.case_id}">返回评分</a></p>
% if not pairs:
<p class="empty">还没有第二份已提交的评分。</p>
% endif
% for other, gaps in pairs:
<section class="card" aria-labelledby="pair${loop.index}">
  <h2 id="pair${loop.index}">工号 ${counts.scorer}（${counts.total}分）和工号 ${other.scorer}（${other.total}分）相差${abs(counts.total - other.total)}分</h2>
  <table class="orders" role="table">
    <caption class="unseen">逐项对比</caption>
    <thead role="rowgroup"><tr role="row"><th scope="col" role="columnheader">评分项</th><th scope="col" role="columnheader">${counts.scorer}</th><th scope="col" role="columnheader">${other.scorer}</th><th scope="col" role="columnheader">相差</th><th scope="col" role="columnheader">说明</th></tr></thead>
    <tbody role="rowgroup">
      % for gap in gaps:
      <tr role="row" class="${'apart' if gap.points else ''}">
        <th scope="row" role="rowheader" data-label="评分项">${gap.item.label}（${gap.item.points}分）</th>
        <td role="cell" data-label="${counts.scorer}">${gap.one}</td>
        <td role="cell" data-label="${other.scorer}">${gap.other}</td>
        <td role="cell" data-label="相差">${str(gap.points) + '分' if gap.points else '一致'}</td>
        <td role="cell" class="wide" data-label="说明">${'；'.join(f'{kept.scorer}：{kept.sheet.remarks[gap.item.key]}' for kept in (counts, other) if kept.sheet.remarks.get(gap.item.key)) or '无'}</td>
      </tr>
      % endfor
    </tbody>
  </table>
  % for kept in (counts, other):
  % if kept.sheet.fatal:
  <p class="fault">工号 ${kept.scorer} 一票否决：${'、'.join(labels.get(key, key) for key in kept.sheet.fatal)}</p>
  % endif
  % endfor
</section>
% endfor
