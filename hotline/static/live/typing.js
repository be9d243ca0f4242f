// Telling the desk that somebody is typing: at most every few seconds, and that they have stopped.

const TYPING_MS = 3_000;
const QUIET_MS = 5_000;

/** Return a function to call at every key in a chat's box; `tell(chatId, typing)` passes it on. */
export function typingSigns(tell) {
  let told = 0;
  let quiet = 0;
  return (chatId) => {
    if (Date.now() - told > TYPING_MS) {
      told = Date.now();
      tell(chatId, true);
    }
    clearTimeout(quiet);
    quiet = setTimeout(() => tell(chatId, false), QUIET_MS);
  };
}
