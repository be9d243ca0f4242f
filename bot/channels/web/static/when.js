// Times as people say them, always in Beijing time, wherever the phone thinks it is.

import { words } from "./words.js";

const HOUR = 3600 * 1000;
const WEEKDAYS = "日一二三四五六";
const ENGLISH_DAYS = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];
const ENGLISH_MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(" ");

// The date with its fields shifted to +08:00; read them with the getUTC methods.
const local = (instant) => new Date(new Date(instant).getTime() + 8 * HOUR);

export const dayKey = (instant) => local(instant).toISOString().slice(0, 10);

const isEnglish = () => document.documentElement.lang === "en";

function dateLabel(day, isThisYear) {
  const month = day.getUTCMonth();
  if (isEnglish()) {
    const year = isThisYear ? "" : ` ${day.getUTCFullYear()}`;
    return `${ENGLISH_DAYS[day.getUTCDay()]}, ${day.getUTCDate()} ${ENGLISH_MONTHS[month]}${year}`;
  }
  const year = isThisYear ? "" : `${day.getUTCFullYear()}年`;
  return `${year}${month + 1}月${day.getUTCDate()}日 星期${WEEKDAYS[day.getUTCDay()]}`;
}

export function dayLabel(instant, now) {
  const key = dayKey(instant);
  if (key === dayKey(now)) return words.today;
  if (key === dayKey(new Date(now).getTime() - 24 * HOUR)) return words.yesterday;
  const day = local(instant);
  return dateLabel(day, day.getUTCFullYear() === local(now).getUTCFullYear());
}

export function timeLabel(instant) {
  const time = local(instant);
  const hour = time.getUTCHours();
  const minute = String(time.getUTCMinutes()).padStart(2, "0");
  if (isEnglish()) return `${hour}:${minute}`;
  const part = hour < 6 ? "凌晨" : hour < 12 ? "上午" : hour < 13 ? "中午" : hour < 18 ? "下午" : "晚上";
  return `${part}${hour > 12 ? hour - 12 : hour}:${minute}`;
}
