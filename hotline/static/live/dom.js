// Making elements. Words only ever become text nodes, so whatever a citizen writes stays text.

/** Return an element: `props` are attributes, `on` listeners, `children` elements or words. */
export function h(tag, props = {}, ...children) {
  const element = document.createElement(tag);
  const { on = {}, ...attributes } = props;
  for (const [name, value] of Object.entries(attributes)) {
    if (value === true) element.setAttribute(name, "");
    else if (value !== false && value !== null && value !== undefined) element.setAttribute(name, value);
  }
  for (const [name, listener] of Object.entries(on)) element.addEventListener(name, listener);
  element.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

export const byId = (id) => document.getElementById(id);

const painted = new WeakMap();

/** Fill a region anew when `key` has changed; who has the focus on something named `data-key` keeps it. */
export function paint(region, key, build) {
  const signature = JSON.stringify(key);
  if (painted.get(region) === signature) return false;
  painted.set(region, signature);
  const focused = region.contains(document.activeElement) ? document.activeElement.dataset.key : undefined;
  region.replaceChildren(...[build()].flat().filter(Boolean));
  if (focused !== undefined) {
    const again = region.querySelector(`[data-key="${CSS.escape(focused)}"]`);
    (again ?? document.getElementById("log")).focus();
  }
  return true;
}

/** A button that cannot send a form. */
export function button(label, press, props = {}) {
  return h("button", { type: "button", ...props, on: { click: press } }, label);
}

/** Set words only when they differ, so that screen readers hear each once. */
export function say(element, words) {
  if (element.textContent !== words) element.textContent = words;
}
