// How the citizen's code follows, masked, for some minutes: why it is looked at is written down before it is fetched.

import * as api from "./api.js";
import { button, byId, h, say } from "./dom.js";
import { config, may } from "./config.js";
import { dialog } from "./dialog.js";
import { insert, write } from "./composer.js";
import { changed } from "./store.js";
import { refusal, LOST } from "./words.js";

let shown = null; // what stands on the screen: of which chat, until when

const mayLook = (chat) => chat.owner === "agent" && (chat.agent === config.agent || may("chat.supervise"));

/** Return the derivation that stands on the screen for this chat; another chat, its end and the time take it away. */
export function shownCode(chat) {
  if (shown && (chat?.chat_id !== shown.chatId || !mayLook(chat) || Date.now() >= shown.until)) hide();
  return shown;
}

/** What the column says of the code. */
export function codePart(chat, found, code) {
  if (code) return [derivation(code)];
  const { verified, line, ask } = found.code;
  const mine = chat.owner === "agent" && chat.agent === config.agent;
  const putAsk = () => {
    write("say");
    queueMicrotask(() => insert(ask)); // into the box as it is drawn for the citizen
  };
  return [
    h("p", { class: "hint" }, line),
    verified && !mayLook(chat) && h("p", { class: "hint" }, chat.owner === "bot" ? "会话已经结束，不能再看。" : "接待这个会话的坐席才能看。"),
    verified && mayLook(chat) && may("person.look") && button("看码的推导…", () => openLook(chat, found), { class: "small quiet", "data-key": "code-look", "aria-haspopup": "dialog" }),
    !verified && mine && button("把请市民核验的话放进回复", putAsk, { class: "small quiet", "data-key": "code-ask" }),
  ];
}

function openLook(chat, found) {
  const { purposes, relation } = found.code;
  const whom = relation ? select("look-whose", [["self", "市民本人"], ["relative", `${relation}（家人）`]]) : null;
  const purpose = select("look-purpose", purposes);
  const note = h("input", { id: "look-note", required: true, minlength: found.reveal.least, maxlength: found.reveal.most, autocomplete: "off" });
  const fault = h("p", { class: "fault", role: "alert" });
  const body = [
    h("p", {}, "显示三分钟，随会话结束。谁看了、为什么看，本人能查到，审计员也能查到。"),
    whom && h("label", { for: "look-whose" }, "看谁的码"), whom,
    h("label", { for: "look-purpose" }, "为什么要看"), purpose,
    h("label", { for: "look-note" }, "具体原因（不要写姓名和号码）"), note, fault,
  ].filter(Boolean);
  const element = dialog("看码的推导", body, "显示", async () => {
    try {
      take(chat, await api.lookAtCode(chat.chat_id, { whose: whom?.value ?? "self", purpose: purpose.value, note: note.value }));
      return true;
    } catch (error) {
      fault.textContent = error instanceof api.Refused ? (error.problem.sentence ?? refusal(error)) : LOST;
      return false;
    }
  });
  element.addEventListener("close", () => byId("code-shown")?.focus());
}

function select(id, options) {
  return h("select", { id, required: true }, h("option", { value: "" }, "请选择"), ...options.map(([value, label]) => h("option", { value }, label)));
}

function take(chat, found) {
  hide();
  shown = { ...found, chatId: chat.chat_id, until: Date.now() + found.seconds * 1000 };
  shown.timer = setInterval(count, 1000);
  changed();
}

function count() {
  const rest = Math.ceil((shown.until - Date.now()) / 1000);
  if (rest <= 0) hide();
  else if (byId("code-rest")) say(byId("code-rest"), restWords(rest));
}

const restWords = (rest) => `还有${rest}秒自动隐藏`;

function hide() {
  if (!shown) return;
  clearInterval(shown.timer);
  shown = null;
  changed();
}

function derivation(code) {
  const list = (lines) => h("ul", { class: "plain" }, ...lines.map((line) => h("li", {}, line)));
  const titled = (title, lines) => (lines.length ? [h("h4", {}, title), list(lines)] : []);
  return h("div", { id: "code-shown", class: "code-shown", tabindex: "-1", role: "region", "aria-label": "健康码的推导" },
    h("p", { class: "hint" }, `${code.person} ${code.name} ${code.documents.join("、")}`),
    h("p", { class: `code-word ${code.colour}` }, code.word),
    list(code.lines),
    ...titled("现在适用的规定", code.rules.map((rule) => [h("span", {}, rule.text), rule.decides && h("strong", { class: "tag" }, `码色由这一条决定：${rule.asks}`)])),
    ...titled("依据", code.nothing ? [code.nothing] : []),
    ...titled("要做的事", code.steps.map((step) => [h("strong", { class: "tag" }, step.state), h("span", {}, ` ${step.text}`)])),
    ...titled("最早什么时候转码", code.coming),
    ...titled("还要知道", code.more),
    h("p", { class: "hint" }, code.as_of),
    h("p", { class: "hint" }, `${code.mark}查看。这些话和助手对市民说的一样，可以照着说。`),
    h("div", { class: "moves-row" },
      button("现在隐藏", hide, { class: "small quiet", "data-key": "code-hide" }),
      h("span", { id: "code-rest", class: "hint", role: "timer", "aria-live": "off" }, restWords(Math.ceil((code.until - Date.now()) / 1000)))));
}
