// The parts of a template card that only show something.

import { el, link } from "./dom.js";
import { t } from "./lang.js";

export function titles(card) {
  const { title, desc } = card.main_title ?? {};
  if (!title && !desc) return null;
  const heading = card.card_action?.type === 1 ? link(title, card.card_action.url) : title;
  return el("div", { class: "titles" }, title && el("h3", {}, heading), desc && el("p", { class: "desc" }, desc));
}

export function emphasis(content) {
  if (!content?.title && !content?.desc) return null;
  return el("div", { class: "emphasis" },
    el("strong", {}, content.title ?? ""), el("span", {}, content.desc ?? ""));
}

// Pictures from elsewhere are not loaded: the page lets nothing in that is not its own.
export function picture(image) {
  return image?.url ? el("div", { class: "picture", role: "img", "aria-label": t("卡片图片") }, t("图片")) : null;
}

export function beside(area) {
  if (!area?.image_url) return null;
  const words = el("div", {}, el("strong", {}, link(area.title ?? "", area.url)), el("p", {}, area.desc ?? ""));
  return el("div", { class: "beside" }, picture({ url: area.image_url }), words);
}

export function quote(area) {
  if (!area?.quote_text && !area?.title) return null;
  return el("blockquote", { class: "quote" },
    area.title && el("strong", {}, link(area.title, area.url)), el("span", {}, area.quote_text ?? ""));
}

export function vertical(item) {
  return el("div", { class: "vertical" }, el("strong", {}, item.title), el("p", {}, item.desc ?? ""));
}

export function rows(list) {
  if (!list?.length) return null;
  return el("dl", { class: "rows" }, ...list.map((row) => {
    const value = row.type === 1 ? link(row.value ?? "", row.url) : row.value ?? "";
    return el("div", {}, el("dt", {}, row.keyname), el("dd", { class: `kind-${row.type ?? 0}` }, value));
  }));
}

export function jump(item) {
  return el("div", { class: "jump" }, link(item.title, item.url), el("span", { "aria-hidden": "true" }, "›"));
}
