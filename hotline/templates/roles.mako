<%inherit file="base.mako"/>
<h1>角色和权限</h1>
<p class="hint">每个角色能做什么，写在 <code>hotline/accounts/roles.yml</code> 里。</p>
<div class="scroll" tabindex="0" role="region" aria-label="角色和权限表">
<table class="matrix">
  <caption class="unseen">角色和权限</caption>
  <thead>
    <tr><th scope="col">权限</th>
      % for role in roles:
      <th scope="col">${role.label}</th>
      % endfor
    </tr>
  </thead>
  <tbody>
    % for word, label in permissions.items():
    <tr><th scope="row">${label}
        % if word in not_own:
        <span class="left">不能用在自己身上</span>
        % endif
      </th>
      % for role in roles:
      <td>${'有' if word in role.may else ''}</td>
      % endfor
    </tr>
    % endfor
  </tbody>
</table>
</div>
<h2>不能兼任的角色</h2>
<ul>
  % for pair in apart:
  <li>${pair}</li>
  % endfor
</ul>
