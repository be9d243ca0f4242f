// Handing a chat on, and joining a department to it: two dialogs.

import * as api from "./api.js";
import { config } from "./config.js";
import { h } from "./dom.js";
import { dialog } from "./dialog.js";
import { explain, make } from "./moves.js";
import { state } from "./store.js";
import { STATES, groupOf } from "./words.js";

/** Ask to whom a chat goes. */
export function askTransfer(chat) {
  const agents = state.there.filter((each) => each.number !== config.agent && each.state !== "away");
  const skills = new Set(state.there.flatMap((each) => each.skills).filter((skill) => config.groups[skill]));
  const options = [
    h("optgroup", { label: "坐席" }, ...agents.map((each) => h("option", { value: `agent ${each.number}` }, `${each.number} ${STATES[each.state]} ${each.load}/${each.capacity}`))),
    h("optgroup", { label: "组（谁有空谁接）" }, ...[...skills].map((skill) => h("option", { value: `group ${skill}` }, groupOf(skill)))),
  ];
  const to = h("select", { id: "transfer-to", required: true }, h("option", { value: "" }, "请选择"), ...options);
  dialog("转接", [h("label", { for: "transfer-to" }, "转给谁"), to, h("p", { class: "hint" }, "对方30秒内不接，会话回到队列最前。说过的都带过去。")], "转接", () => {
    const [kind, name] = to.value.split(" ");
    return make(chat, "transfer", kind === "agent" ? { to_agent: name } : { group: name }, "已转出。");
  });
}

/** Ask which department joins. */
export async function askJoin(chat) {
  let departments;
  try {
    ({ departments } = await api.get(`/desk/live/departments?district=${encodeURIComponent(chat.district)}`));
  } catch (error) {
    explain(error);
    return;
  }
  const options = departments.map((each) => h("option", { value: each.code }, `${each.name}${each.there ? "（有人在）" : ""}`));
  const who = h("select", { id: "join-who", required: true }, h("option", { value: "" }, "请选择"), ...options);
  const question = h("textarea", { id: "join-question", rows: "3", required: true, maxlength: "500" });
  dialog("请单位加入", [
    h("label", { for: "join-who" }, "哪个单位"), who,
    h("label", { for: "join-question" }, "要它回答什么（市民看不到）"), question,
    h("p", { class: "hint" }, "市民会看到单位的名字。单位能看到转人工以后的对话和摘要，用自己的名义答复；没有人在它的页面上时，由您在“转述单位”里替它发。会话还是您的。"),
  ], "加入", () => make(chat, "join", { department: who.value, question: question.value }, "单位已加入，三方对话。"));
}
