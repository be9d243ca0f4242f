// The right column: what is known of the citizen's matter.

import { button, byId, h, paint } from "./dom.js";
import { may } from "./config.js";
import { openReveal } from "./reveal.js";
import { readBackground } from "./moves.js";
import { openChat, openFile, state } from "./store.js";

/** Show the context of the open chat, or of the watched talk. */
export function showContext() {
  const chat = openChat();
  const found = chat ? openFile()?.background : null;
  paint(byId("context-body"), [chat?.chat_id, found, state.watched?.conversation_id], () => {
    if (!chat) return h("p", { class: "hint" }, "打开一个会话，这里会有市民的情况。");
    return found ? parts(chat, found) : h("p", { class: "hint" }, "正在取…");
  });
}

function parts(chat, found) {
  return [
    h("h3", {}, "摘要（自动生成，以原话为准）"),
    h("ul", { class: "plain" }, ...found.summary.map((line) => h("li", {}, line))),
    h("h3", {}, "已了解"),
    found.facts.length ? h("dl", {}, ...found.facts.flatMap(([label, value]) => [h("dt", {}, label), h("dd", {}, value)])) : h("p", { class: "hint" }, "还没有。"),
    h("h3", {}, "健康码"),
    h("p", { class: "hint" }, found.code),
    h("h3", {}, "这个会话的工单"),
    cases(found),
    h("div", { class: "moves-row" },
      may("person.reveal") && button("按编号看完整信息…", () => openReveal("", found.reveal), { class: "small quiet", "data-key": "reveal", "aria-haspopup": "dialog" }),
      button("刷新背景", () => readBackground(chat.chat_id), { class: "small quiet", "data-key": "refresh" })),
  ];
}

function cases(found) {
  if (found.orders === null) return h("p", { class: "hint" }, "平台暂时没有回应，工单看不到。");
  if (!found.orders.length) return h("p", { class: "hint" }, "没有工单。");
  return h("ul", { class: "plain cases" }, ...found.orders.map((order) => h("li", {},
    h("a", { href: order.href, target: "_blank", rel: "noopener", "data-key": order.number }, order.number),
    h("span", {}, ` ${order.title}`),
    h("span", { class: `light ${order.light}` }, `${order.state}，${order.light_word}`),
    order.phone && h("span", { class: "hint" }, `电话 ${order.phone}`),
    may("person.reveal") && button("看完整信息…", () => openReveal(order.number, found.reveal), { class: "small quiet", "data-key": `reveal-${order.number}`, "aria-haspopup": "dialog" }))));
}
