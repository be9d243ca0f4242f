// Moments and spans of time in words; China's time, as everywhere on the desk.

const CLOCK = new Intl.DateTimeFormat("zh-CN", { timeZone: "Asia/Shanghai", hour: "2-digit", minute: "2-digit", hour12: false });
const DAY = new Intl.DateTimeFormat("zh-CN", { timeZone: "Asia/Shanghai", month: "numeric", day: "numeric" });

/** 16:20 today, 9/5 16:20 on other days. */
export function moment(at, now) {
  if (!at) return "";
  const then = new Date(at * 1000);
  const clock = CLOCK.format(then);
  return DAY.format(then) === DAY.format(new Date(now * 1000)) ? clock : `${DAY.format(then)} ${clock}`;
}

/** 40秒, 3分, 1小时5分. */
export function span(seconds) {
  const whole = Math.max(0, Math.floor(seconds));
  if (whole < 60) return `${whole}秒`;
  const minutes = Math.floor(whole / 60);
  return minutes < 60 ? `${minutes}分` : `${Math.floor(minutes / 60)}小时${minutes % 60}分`;
}

/** How pressing a wait is: a word for it and a class; `warn` is when the desk itself warns the agent. */
export function pressing(seconds, warn) {
  if (seconds >= warn) return { level: "late", word: "太久了" };
  if (seconds >= warn / 3) return { level: "soon", word: "该回了" };
  return { level: "fresh", word: "刚来" };
}
