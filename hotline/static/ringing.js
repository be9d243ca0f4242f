// Pages of calls hear of calls that open by themselves. The list goes there at once; where somebody writes, a link
// appears and nothing moves.

const AGAIN_MS = 3000;
const box = document.getElementById("ringing");
const word = document.getElementById("ringing-word");
const title = document.title;
const known = new Set(box.dataset.known.split(",").filter(Boolean));
let missed = box.dataset.missed;

function show(calls) {
  const fresh = calls.filter((call) => !known.has(call.number));
  const key = fresh.map((call) => call.number).join(",");
  if (box.dataset.shown === key) return;
  box.dataset.shown = key;
  document.title = fresh.length ? `来电 ${fresh[0].caller}` : title;
  word.className = fresh.length ? "good" : "";
  word.replaceChildren(...fresh.flatMap((call) => {
    const link = document.createElement("a");
    link.href = call.href;
    link.textContent = `新来电 ${call.caller}，打开`;
    return [link, " "];
  }));
  if (fresh.length && box.dataset.opens) whenSeen(() => location.assign(fresh[0].href));
}

// Another tab in front goes there itself; this one follows when it is looked at.
function whenSeen(go) {
  if (!document.hidden) go();
  else document.addEventListener("visibilitychange", go, { once: true });
}

function count(number) {
  missed = String(number);
  for (const place of document.querySelectorAll("[data-missed-count]")) {
    if (place.textContent !== missed) place.textContent = missed;
  }
}

async function listen() {
  const query = new URLSearchParams({ known: [...known, ...(box.dataset.shown ?? "").split(",")].filter(Boolean).join(","), missed });
  try {
    const answer = await fetch(`/desk/ringing?${query}`, { headers: { Accept: "application/json" }, redirect: "error" });
    if (answer.status === 401 || answer.status === 403) {
      word.className = "alert";
      word.textContent = "登录已经结束，来电不会自动打开。请重新登录。";
      return;
    }
    if (!answer.ok) throw new Error(String(answer.status));
    const now = await answer.json();
    show(now.calls);
    count(now.missed);
    setTimeout(listen, 0);
  } catch {
    setTimeout(listen, AGAIN_MS);
  }
}

listen();
