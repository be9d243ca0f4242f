// What an agent likes, kept in this browser: sound, keys.

import { config } from "./config.js";

const KEY = `desk.settings.${config.agent}`;
const USUAL = { sound: false, keys: true };

const all = () => {
  try {
    return { ...USUAL, ...JSON.parse(localStorage.getItem(KEY) ?? "{}") };
  } catch {
    return USUAL;
  }
};

export const settingOf = (name) => all()[name];
export const keepSetting = (name, value) => localStorage.setItem(KEY, JSON.stringify({ ...all(), [name]: value }));
