// Times as people say them, always in Beijing time, wherever the phone thinks it is.

import { words } from "./words.js";

const HOUR = 3600 * 1000;
const WEEKDAYS = "日一二三四五六";

// The date with its fields shifted to +08:00; read them with the getUTC methods.
const local = (instant) => new Date(new Date(instant).getTime() + 8 * HOUR);

export const dayKey = (instant) => local(instant).toISOString().slice(0, 10);

export function dayLabel(instant, now) {
  const key = dayKey(instant);
  if (key === dayKey(now)) return words.today;
  if (key === dayKey(new Date(now).getTime() - 24 * HOUR)) return words.yesterday;
  const day = local(instant);
  const year = day.getUTCFullYear() === local(now).getUTCFullYear() ? "" : `${day.getUTCFullYear()}年`;
  return `${year}${day.getUTCMonth() + 1}月${day.getUTCDate()}日 星期${WEEKDAYS[day.getUTCDay()]}`;
}

export function timeLabel(instant) {
  const time = local(instant);
  const hour = time.getUTCHours();
  const part = hour < 6 ? "凌晨" : hour < 12 ? "上午" : hour < 13 ? "中午" : hour < 18 ? "下午" : "晚上";
  const shown = hour > 12 ? hour - 12 : hour;
  return `${part}${shown}:${String(time.getUTCMinutes()).padStart(2, "0")}`;
}
