// The page's words: for states, for what happened, for what was refused.

import { config } from "./config.js";

export const STATES = { online: "在线", busy: "忙碌", away: "离开" };
export const CHANNELS = { web: "网页", wechat: "微信", mini_program: "小程序", rest: "接口", cmdline: "终端" };
export const REASONS = {
  emergency: "紧急",
  distress: "情绪激动",
  failures: "助手没答上",
  asked: "要找人工",
  taken_over: "主动接管",
};
const OUTCOMES = {
  answered: "已解决",
  returned: "交还助手",
  abandoned: "市民不排了",
  expired: "等得太久",
  citizen_idle: "市民没再说话",
  nobody_there: "没有坐席在",
  off_hours: "不在服务时间",
  left_by_citizen: "市民结束了",
};

export const topicOf = (intent) => config.topics[intent] ?? "";
export const groupOf = (skill) => config.groups[skill] ?? skill;
export const who = (agent) => (agent === config.agent ? "我" : `工号${agent}`);

const place = (to) => (to.includes(":") ? groupOf(to) : who(to));

const HAPPENED = {
  asked: (v) => `市民转到人工：${REASONS[v.reason] ?? v.reason}`,
  offered: (v) => `请${who(v.agent)}接待`,
  declined: (v) => `${who(v.agent)}没有接`,
  unaccepted: (v) => `${who(v.agent)}没有应答，换下一位`,
  taken: (v) => `${who(v.agent)}接待`,
  taken_over: (v) => (v.from ? `${who(v.agent)}从${who(v.from)}接管` : `${who(v.agent)}接管`),
  reopened: (v) => `${who(v.agent)}继续接待`,
  urgent: () => "市民的话里有危险情况，已提到最前",
  agent_slow: (v) => `市民等${who(v.agent)}回复已经很久`,
  citizen_slow: () => "市民很久没有说话",
  agent_lost: (v) => `${who(v.agent)}太久没回，会话回到队列最前`,
  agent_gone: (v) => `${who(v.agent)}离开了，会话回到队列最前`,
  transferred: (v) => `${who(v.agent)}转给${place(v.to)}`,
  joined: (v) => `${v.name}加入，三方对话`,
  parted: (v) => `${v.name}离开`,
  wrapping_up: (v) => `服务结束：${OUTCOMES[v.outcome] ?? v.outcome}`,
  closed: (v) => `会话关闭：${OUTCOMES[v.outcome] ?? ""}`,
  erased: () => "市民删除了自己的数据，会话已经不在了",
  rated: (v) => `市民评价：${v.rating}分（满分5分）`,
  quota: (v) => (v.left === null ? "微信条数不限" : `微信还能发${v.left}条`),
};

const TOLD = {
  taken: "已告诉市民：坐席来了",
  requeued: "已告诉市民：正在换一位坐席",
  transferring: "已告诉市民：正在转给更合适的坐席",
  joined: "已告诉市民：单位加入对话",
  parted: "已告诉市民：单位离开对话",
  still_there: "已问市民：您还在吗",
  ended: "已告诉市民：人工服务结束，请评价",
  ended_idle: "已告诉市民：没有消息，服务先结束",
  returned: "已告诉市民：转回智能助手",
  expired: "已告诉市民：没有坐席空下来，给了别的办法",
  left_queue: "已告诉市民：不排队了",
};

/** What happened, in a line; "" for what is shown otherwise. */
export function happened(event) {
  const { what, values = {}, key } = event.body;
  if (event.kind === "system") return TOLD[key] ?? "";
  return what === "delivered" || what === "held" ? "" : (HAPPENED[what]?.(values) ?? "");
}

const REFUSALS = {
  stale_version: "会话刚有变化，这一步没有做。请看最新情况再决定。",
  not_owner: "这个会话现在不是您的，这一步没有做。",
  wrong_state: "会话现在的状态不能这样做。",
  already_owned: "市民已经有新的会话了。",
  no_capacity: `您已经接满了（最多${config.capacity}个），先结束一个再接。`,
  not_found: "会话已经不在了。",
  forbidden: "您没有这项权限，或者页面过期了，请刷新。",
  rate_limited: "今天的次数用完了。确实需要的话请找班长。",
  bad_request: "内容不完整或太长，请检查后再试。",
  unavailable: "平台暂时没有回应，请过一会儿再试。",
};
export const UNSURE = "连不上服务器，字还在，连上后自动再发，不会发重。";
export const LOST = "连不上服务器，这一步没有确认。连上以后请再试一次。";

/** Why the desk refused, in words. */
export const refusal = (error) => REFUSALS[error.code] ?? "系统出了点问题，这一步没有完成，请再试一次。";

/** Why a message was not sent; it is still in the box. */
export function unsent(error, chat) {
  const owner = chat && chat.owner === "agent" && chat.agent !== config.agent ? `现在由工号${chat.agent}接待。` : "";
  return `没有发出去，字还在。${owner || refusal(error)}`;
}

/** Why a chat was not taken. */
export function untaken(error, chat) {
  if (error.code === "no_capacity") return refusal(error);
  if (chat && chat.agent && chat.agent !== config.agent) return `没接到：工号${chat.agent}先接了。`;
  return "没接到：会话已经不在队列里了。";
}
