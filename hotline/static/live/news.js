// What an agent should hear of without looking: a citizen's words, a mention, a whisper, a missed offer.

import { config } from "./config.js";
import { addCall, chatOf, isMine, state } from "./store.js";
import { ring } from "./sound.js";
import { call, fail, tell, whisperToReaders } from "./telling.js";
import { topicOf, who } from "./words.js";

/** Hear an event that has just come over the stream. */
export function hear(event) {
  const chat = chatOf(event.chat_id);
  const about = (chat && topicOf(chat.topic)) || "会话";
  const { text = "", what, values = {} } = event.body;
  if (chat && isMine(chat)) ofDepartment(event, about);
  if (event.kind === "note" && event.author !== config.agent) {
    if (event.body.whisper && event.body.to === config.agent) return loud(`${who(event.author)}提示您（${about}）：${text}`);
    if (mentions(text)) {
      if (state.open !== event.chat_id) addCall({ chat_id: event.chat_id, by: event.author, at: event.at });
      return loud(`${who(event.author)}在备注里提到您（${about}）：${text}`);
    }
  }
  if (event.kind === "citizen" && chat && isMine(chat)) whisperToReaders(`市民（${about}）：${text}`);
  if (what === "unaccepted" && values.agent === config.agent) fail("您没有应答，会话转给下一位了，您的状态已改为离开。");
  if (what === "erased") tell("市民删除了自己的数据，这个会话已经不在了。");
  if (what === "taken_over" && values.from === config.agent) fail(`${who(values.agent)}接管了您的会话（${about}）。`);
  if (what === "agent_slow" && values.agent === config.agent) loud(`市民等您回复很久了（${about}）。`);
  return undefined;
}

// What the department itself has written, not what the agent has passed on.
function ofDepartment(event, about) {
  const { name, relayed, text } = event.body;
  if (event.kind === "department" && !relayed) tell(`${name}答复了市民（${about}）：${text}`);
  if (event.kind === "note" && name) tell(`${name}给您写了备注（${about}）：${text}`);
}

const mentions = (text) => text.split(/[^@A-Za-z0-9]+/).includes(`@${config.agent}`);

function loud(words) {
  ring();
  call(words);
}
