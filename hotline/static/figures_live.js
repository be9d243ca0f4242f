// Asks for the board again every five seconds. When the desk is away it says since when the numbers are old.
const EVERY_MS = 5000;
const board = document.getElementById("board");
const state = document.getElementById("board-state");
let seen = new Date();

const clock = (moment) => moment.toLocaleTimeString("zh-CN", { hour12: false });

const show = (now) => {
  for (const part of board.querySelectorAll("[data-part]")) {
    const words = now[part.dataset.part];
    if (part.textContent !== words) part.textContent = words;
  }
};

const say = (words) => {
  if (state.textContent !== words) state.textContent = words;
};

const ask = async () => {
  try {
    const answer = await fetch(board.dataset.now, { headers: { Accept: "application/json" }, redirect: "error" });
    if (!answer.ok) throw new Error(String(answer.status));
    show(await answer.json());
    seen = new Date();
    board.classList.remove("old");
    say("每5秒自动更新");
  } catch {
    board.classList.add("old");
    say(`取不到最新数据，显示的是${clock(seen)}的，正在重试。登录到期的话请刷新页面重新登录。`);
  }
  setTimeout(ask, EVERY_MS);
};

setTimeout(ask, EVERY_MS);
