// On every page of the desk: logging out takes the drafts of this agent along.

const form = document.querySelector("form.who");
const agent = form?.dataset.agent;

form?.addEventListener("submit", () => {
  const mine = Object.keys(localStorage).filter((key) => key.startsWith(`desk.draft.${agent}.`));
  for (const key of mine) localStorage.removeItem(key);
});
