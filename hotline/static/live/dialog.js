// One modal dialog at a time, in the browser's own element: Escape closes it, the focus goes back where it was.

import { button, h } from "./dom.js";

/** Ask something; `done` returns whether the dialog may close. Returns the element. */
export function dialog(title, body, label, done) {
  const form = h("form", { method: "dialog" }, h("h2", { id: "dialog-title" }, title), ...body,
    h("div", { class: "dialog-foot" }, label && h("button", { type: "submit" }, label), button(label ? "取消" : "关闭", () => element.close(), { class: "quiet" })));
  const element = h("dialog", { "aria-labelledby": "dialog-title", class: "dialog" }, form);
  form.addEventListener("submit", async (happening) => {
    happening.preventDefault();
    if ((await done()) !== false) element.close();
  });
  element.addEventListener("close", () => element.remove());
  document.body.append(element);
  element.showModal();
  return element;
}
