// Text into pieces: plain words, phone numbers to tap, web addresses to open. Everything else stays text.

// No look-behind in the patterns: phones before 2023 refuse the whole file for it. The character before is checked below.
const KINDS = [
  ["web", "https?:\\/\\/[!#-&*-;=?-~]+"],
  ["phone", "0\\d{2,3}[- ]?\\d{7,8}(?![\\d-])"],
  ["phone", "[48]00-?\\d{3}-?\\d{4}(?![\\d-])"],
  ["phone", "1[3-9]\\d{9}(?![\\d*-])"],
  ["phone", "(?:12345|12320|12315|12388)(?![\\d.:-])"],
  ["emergency", "1(?:10|19|20|22)(?![\\d.:%-]|\\s?[米元人个分天号岁万千百])"],
];
const FINDER = new RegExp(KINDS.map(([, pattern]) => `(${pattern})`).join("|"), "g");
// Three digits are a phone number only where the words say so: 拨打120, 110或119.
const SAID_TO_CALL = /(?:打|拨|电话|致电|呼叫|\/|、|或|或者|和)\s?$/;

function isFree(kind, before) {
  if (kind === "web") return true;
  if (/[\d*.:-]$/.test(before)) return false;
  return kind === "phone" || SAID_TO_CALL.test(before);
}

const MAPS = ["uri.amap.com", "ditu.amap.com", "surl.amap.com", "apis.map.qq.com", "map.qq.com", "api.map.baidu.com", "map.baidu.com"];

const isMap = (url) => MAPS.includes(url.hostname);

function web(found) {
  let url;
  try {
    url = new URL(found);
  } catch (error) {
    return null;
  }
  if (url.protocol !== "https:" && url.protocol !== "http:") return null;
  if (url.username || url.password || !/^[a-z0-9.-]+$/.test(url.hostname)) return null;
  return { kind: isMap(url) ? "map" : "web", href: url.href, text: found };
}

const phone = (found) => ({ kind: "phone", href: `tel:${found.replace(/[^\d]/g, "")}`, text: found });

// Returns [{kind: "text" | "phone" | "web" | "map", text, href?}, …]; the texts together are the input.
export function pieces(text) {
  const made = [];
  let position = 0;
  let match;
  FINDER.lastIndex = 0;
  while ((match = FINDER.exec(text)) !== null) {
    const kind = KINDS[match.slice(1).findIndex((group) => group !== undefined)][0];
    if (!isFree(kind, text.slice(Math.max(0, match.index - 6), match.index))) continue;
    const found = kind === "web" ? match[0].replace(/[.,;:!?]+$/, "") : match[0];
    const piece = kind === "web" ? web(found) : phone(found);
    if (!piece) continue;
    if (match.index > position) made.push({ kind: "text", text: text.slice(position, match.index) });
    made.push(piece);
    position = match.index + found.length;
  }
  if (position < text.length) made.push({ kind: "text", text: text.slice(position) });
  return made;
}

// Pictures come from our own server or stand in the address itself; other hosts only over http(s) (CSP decides).
export function safePicture(address, base) {
  if (/^data:image\/(?:png|jpeg|gif|webp|svg\+xml)[;,]/.test(address)) return address;
  try {
    const url = new URL(address, base);
    return url.protocol === "https:" || url.protocol === "http:" ? url.href : null;
  } catch (error) {
    return null;
  }
}
