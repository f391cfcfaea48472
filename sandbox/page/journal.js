// The journal: every call between platform and bot, one line each, newest last.

import { el } from "./dom.js";
import { t } from "./lang.js";

const LINES = 200;

export function startJournal(lines) {
  document.getElementById("journal").replaceChildren();
  for (const line of lines) addLine(line);
}

/** Have the newest line in view. */
export function toNewest() {
  const sheet = document.getElementById("journal-sheet");
  sheet.scrollTop = sheet.scrollHeight;
}

export function addLine(entry) {
  const list = document.getElementById("journal");
  const sheet = list.parentElement;
  const atEnd = sheet.scrollHeight - sheet.scrollTop - sheet.clientHeight < 40;
  const time = new Date(entry.at).toLocaleTimeString("zh-CN", { hourCycle: "h23" });
  list.append(el("li", { class: `is-${entry.kind}` }, el("time", { datetime: entry.at }, time), el("span", {}, entry.words),
    entry.detail.ms != null && el("small", {}, t("{ms} 毫秒", { ms: entry.detail.ms }))));
  while (list.childElementCount > LINES) list.firstElementChild.remove();
  if (atEnd) sheet.scrollTop = sheet.scrollHeight;
}
