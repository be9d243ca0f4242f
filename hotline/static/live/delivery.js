// A message on its way: it lies in the draft until the desk has taken or refused it, and is sent again after every cut.

import * as api from "./api.js";
import { draftOf, keep } from "./drafts.js";

const LONGEST_PAUSE_MS = 10_000;

/**
 * Return a function that delivers the pending message of a chat. `doors` are what sends it, by mode; `taken` and
 * `refused` are told how it ended, `waits` that nobody answers.
 */
export function courier({ doors, isOver, taken, refused, waits }) {
  return async function deliver(chatId, tries = 0) {
    const { pending } = draftOf(chatId);
    if (!pending || isOver()) return;
    try {
      const event = await doors[pending.mode](chatId, { id: pending.id, text: pending.text, version: pending.version, to: pending.to });
      settle(chatId, pending, "");
      taken(chatId, pending, event);
    } catch (error) {
      if (error instanceof api.Refused) {
        settle(chatId, pending, draftOf(chatId)[pending.mode]);
        refused(chatId, pending, error);
        return;
      }
      if (!(error instanceof api.Away)) throw error;
      waits(chatId);
      setTimeout(() => deliver(chatId, tries + 1), Math.min(LONGEST_PAUSE_MS, 1000 * 2 ** tries));
    }
  };
}

// Taken: the box becomes empty. Refused: the words stay.
function settle(chatId, pending, words) {
  keep(chatId, { ...draftOf(chatId), pending: null, [pending.mode]: words });
}
