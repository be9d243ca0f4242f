// How this person wants the page: type, language, colours, reading aloud. A link may ask for it
// (/?view=elder&lang=en&theme=dark); whatever is asked for or chosen is remembered on the device.

import { contrast } from "./colour.js";
import * as storage from "./storage.js";
import { isLanguage, speak, words } from "./words.js";

const root = document.documentElement;
const darkSheet = document.getElementById("dark");
const prefersDark = window.matchMedia("(prefers-color-scheme: dark)");

// The old way to say it is the one every web view knows.
function onPreference(listener) {
  if (prefersDark.addListener) prefersDark.addListener(listener);
  else prefersDark.addEventListener("change", listener);
}

const GROUNDS = ["#ffffff", "#f5f3ee", "#dce7f0"]; // --on-accent, --paper, --mine of style.css

const asked = (name) => new URLSearchParams(location.search).get(name);

// The colour of the site around us, if white is readable on it and it is readable on everything it stands on.
function askedAccent() {
  const found = /^[0-9a-f]{6}$/i.exec(asked("accent") || "");
  const colour = found && `#${found[0]}`;
  return colour && GROUNDS.every((ground) => contrast(colour, ground) >= 4.5) ? colour : null;
}

export class Looks {
  // onChange() is called after every change; the document itself is already changed then.
  constructor(onChange) {
    this.onChange = onChange;
    const { large, language, theme, aloud } = storage.savedLooks();
    const view = asked("view");
    this.large = view ? view === "elder" : large === true;
    this.language = [asked("lang") === "zh" ? "zh-CN" : asked("lang"), language, root.lang].find(isLanguage);
    this.theme = [asked("theme"), theme].find((name) => name === "dark" || name === "light") || null; // null: as the phone
    this.aloud = aloud === true;
    this.accent = askedAccent();
    onPreference(() => this.apply());
    this.apply();
    if (location.search) this.save();
  }

  get dark() {
    return this.theme ? this.theme === "dark" : prefersDark.matches;
  }

  set(change) {
    Object.assign(this, change);
    this.save();
    this.apply();
  }

  toggleDark() {
    const wanted = !this.dark;
    this.set({ theme: wanted === prefersDark.matches ? null : wanted ? "dark" : "light" });
  }

  save() {
    const { large, language, theme, aloud } = this;
    storage.saveLooks({ large, language, theme, aloud });
  }

  apply() {
    speak(this.language);
    root.lang = this.language;
    root.dataset.type = this.large ? "large" : "normal";
    if (this.accent && !this.dark) root.style.setProperty("--accent", this.accent);
    else root.style.removeProperty("--accent");
    darkSheet.media = this.dark ? "all" : "not all";
    document.title = words.title;
    this.onChange();
  }
}
