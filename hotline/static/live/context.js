// The right column: what is known of the citizen's matter.

import { button, byId, h, paint } from "./dom.js";
import { may } from "./config.js";
import { codePart, shownCode } from "./code.js";
import { openReveal } from "./reveal.js";
import { readBackground, readCases, standing } from "./moves.js";
import { openChat, openFile, state } from "./store.js";
import { tell } from "./telling.js";

/** Show the context of the open chat, or of the watched talk. */
export function showContext() {
  const chat = openChat();
  const { background: found, cases, casesOf } = (chat && openFile()) || {};
  if (found && casesOf !== standing(chat)) readCases(chat.chat_id);
  const code = shownCode(chat);
  paint(byId("context-body"), [chat?.chat_id, chat?.state, chat?.agent, found, cases, code, state.watched?.conversation_id], () => {
    if (!chat) return h("p", { class: "hint" }, "打开一个会话，这里会有市民的情况。");
    return found ? parts(chat, found, cases, code) : h("p", { class: "hint" }, "正在取…");
  });
}

function parts(chat, found, cases, code) {
  return [
    h("h3", {}, "摘要（自动生成，以原话为准）"),
    h("ul", { class: "plain" }, ...found.summary.map((line) => h("li", {}, line))),
    h("h3", {}, "已了解"),
    found.facts.length ? h("dl", {}, ...found.facts.flatMap(([label, value]) => [h("dt", {}, label), h("dd", {}, value)])) : h("p", { class: "hint" }, "还没有。"),
    h("h3", {}, "健康码"),
    ...codePart(chat, found, code),
    ...casesPart(chat, found, cases),
    h("div", { class: "moves-row" },
      may("person.reveal") && button("按编号看完整信息…", () => openReveal("", found.reveal), { class: "small quiet", "data-key": "reveal", "aria-haspopup": "dialog" }),
      button("刷新背景", () => readBackground(chat.chat_id), { class: "small quiet", "data-key": "refresh" })),
  ];
}

function casesPart(chat, found, cases) {
  const title = (words) => h("h3", {}, words);
  if (!cases) return [title("工单和申诉"), h("p", { class: "hint" }, "正在取…")];
  if (cases.away) {
    return [
      title("工单和申诉"),
      h("p", { class: "hint", role: "status" }, "平台暂时没有回应，工单和申诉看不到，对话不受影响。"),
      button("再试", () => tryAgain(chat.chat_id), { class: "small quiet", "data-key": "cases-again" }),
    ];
  }
  return [
    ...(may("order.view") ? [title("这个会话的工单"), orders(cases.orders, found)] : []),
    ...(cases.elsewhere?.length ? [title("市民在别处没办完的工单"), elsewhere(cases.elsewhere)] : []),
    ...(may("appeal.view") ? [title("没办完的申诉"), appeals(cases.appeals)] : []),
  ];
}

async function tryAgain(chatId) {
  await readCases(chatId);
  if (openFile()?.cases?.away) tell("平台还是没有回应。");
}

const link = (each) => h("a", { href: each.href, target: "_blank", rel: "noopener", "data-key": each.number }, each.number);

function orders(found, background) {
  if (!found.length) return h("p", { class: "hint" }, "没有工单。");
  return h("ul", { class: "plain cases" }, ...found.map((order) => h("li", {},
    link(order),
    h("span", {}, ` ${order.title}`),
    h("span", { class: `light ${order.light}` }, `${order.state}，${order.light_word}`),
    order.phone && h("span", { class: "hint" }, `电话 ${order.phone}`),
    may("person.reveal") && button("看完整信息…", () => openReveal(order.number, background.reveal), { class: "small quiet", "data-key": `reveal-${order.number}`, "aria-haspopup": "dialog" }))));
}

function elsewhere(found) {
  return h("ul", { class: "plain cases" }, ...found.map((order) => h("li", {}, link(order), h("span", {}, ` ${order.title}`), h("span", { class: "hint" }, order.state))));
}

function appeals(found) {
  if (found === null) return h("p", { class: "hint" }, "会话由您接待、市民核验过身份，才查得到申诉和别处的工单。");
  if (!found.length) return h("p", { class: "hint" }, "没有还没办完的申诉。");
  return h("ul", { class: "plain cases" }, ...found.map((appeal) => h("li", {}, link(appeal), h("span", {}, appeal.state), h("span", { class: "hint" }, `${appeal.whose}，${appeal.made}提交`))));
}
