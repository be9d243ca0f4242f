// Puts the assistant into another site's page, in a frame of its own that shares nothing with that page:
//   <script src="https://HOST/widget.js" data-lang="zh" async></script>
// The attributes are in docs/page.md. Styles are set by script alone, so that a strict policy of the page allows them.

(() => {
  const script = document.currentScript;
  const options = script.dataset;
  const origin = new URL(script.src).origin;
  const english = options.lang === "en";
  const name = english ? "Health code assistant" : "健康码助手";
  const colour = /^#[0-9a-f]{6}$/i.test(options.color || "") ? options.color : "#14507a";
  const side = options.side === "left" ? "left" : "right";
  const PHONE = 480; // px: below, the conversation fills the screen

  function make(tag, styles, attributes) {
    const element = document.createElement(tag);
    Object.assign(element.style, styles);
    Object.keys(attributes || {}).forEach((key) => element.setAttribute(key, attributes[key]));
    return element;
  }

  // White or black, whichever can be read on the colour.
  function inkOn(hex) {
    const [red, green, blue] = [1, 3, 5].map((start) => parseInt(hex.slice(start, start + 2), 16));
    return red * 0.299 + green * 0.587 + blue * 0.114 > 140 ? "#000000" : "#ffffff";
  }

  function address() {
    const wanted = new URLSearchParams();
    if (!options.target) wanted.set("embed", "1"); // a conversation that fills a place of the page is never closed
    ["view", "lang", "theme"].forEach((key) => options[key] && wanted.set(key, options[key]));
    if (options.color) wanted.set("accent", colour.slice(1));
    return `${origin}/?${wanted}`;
  }

  const makeFrame = (styles) =>
    make("iframe", Object.assign({ border: "0", display: "block", width: "100%", height: "100%" }, styles), {
      src: address(),
      title: name,
      allow: `geolocation ${origin}; microphone ${origin}`, // ours alone, wherever the frame may be led
      referrerpolicy: "origin",
    });

  const place = options.target && document.querySelector(options.target);
  if (place) {
    place.appendChild(makeFrame());
    return;
  }

  const host = make("div", { all: "initial" }, { "data-jkt-assistant": "" });
  const inside = host.attachShadow ? host.attachShadow({ mode: "open" }) : host;
  const launcher = make(
    "button",
    {
      position: "fixed", bottom: "20px", [side]: "20px", zIndex: "2147483000", minWidth: "60px", minHeight: "60px", padding: "0 20px",
      border: "2px solid #ffffff", borderRadius: "30px", background: colour, color: inkOn(colour), cursor: "pointer",
      font: "600 18px/1.3 -apple-system, BlinkMacSystemFont, 'PingFang SC', 'Noto Sans CJK SC', sans-serif",
    },
    { type: "button", "aria-expanded": "false", lang: english ? "en" : "zh-CN" },
  );
  launcher.textContent = options.label || name;
  const panel = make("div", { position: "fixed", zIndex: "2147483001", display: "none", background: "#f5f3ee", boxShadow: "0 4px 24px rgba(0,0,0,.3)" });
  let frame = null;

  function fit() {
    const isPhone = window.innerWidth < PHONE;
    const height = Math.min(680, window.innerHeight - 40);
    Object.assign(panel.style, { top: "auto", left: "auto", right: "auto" });
    Object.assign(
      panel.style,
      isPhone
        ? { top: "0", bottom: "0", left: "0", right: "0", width: "auto", height: "auto" }
        : { bottom: "20px", [side]: "20px", width: "400px", height: `${height}px` },
    );
  }

  function show(isOpen) {
    if (isOpen && !frame) {
      frame = makeFrame();
      panel.appendChild(frame);
    }
    fit();
    panel.style.display = isOpen ? "block" : "none";
    launcher.style.display = isOpen ? "none" : "block";
    launcher.setAttribute("aria-expanded", String(isOpen));
    (isOpen ? frame : launcher).focus();
  }

  launcher.addEventListener("click", () => show(true));
  window.addEventListener("resize", fit);
  window.addEventListener("message", (event) => {
    const isOurs = frame && event.origin === origin && event.source === frame.contentWindow;
    if (isOurs && event.data === "jkt:close") show(false);
  });
  inside.appendChild(launcher);
  inside.appendChild(panel);

  const start = () => document.body.appendChild(host);
  if (document.body) start();
  else document.addEventListener("DOMContentLoaded", start);
})();
