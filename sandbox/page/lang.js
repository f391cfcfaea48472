// The page speaks Chinese, and English to those whose browser does.

import { ENGLISH } from "./english.js";
import { recall, remember } from "./memory.js";

const asked = new URLSearchParams(location.search).get("lang");
if (asked) remember("lang", asked);

export const english = !/^zh/i.test(asked ?? recall("lang") ?? navigator.language);

/** The sentence in the reader's language; `{name}` is replaced by `values.name`. */
export function t(chinese, values = {}) {
  const words = english ? ENGLISH[chinese] ?? chinese : chinese;
  return words.replace(/\{(\w+)\}/g, (_, name) => values[name] ?? "");
}

/** Translate what stands in the document itself: `data-t` the text, `data-label` the label. */
export function translateDocument() {
  document.documentElement.lang = english ? "en" : "zh-CN";
  for (const node of document.querySelectorAll("[data-t]")) node.textContent = t(node.dataset.t);
  for (const node of document.querySelectorAll("[data-label]")) node.setAttribute("aria-label", t(node.dataset.label));
  const other = document.getElementById("lang");
  other.textContent = english ? "中文" : "EN";
  other.lang = english ? "zh-CN" : "en";
  other.addEventListener("click", () => {
    remember("lang", english ? "zh-CN" : "en");
    const here = new URL(location.href);
    here.searchParams.delete("lang");
    location.assign(here);
  });
}
