// Template cards: all five types, drawn from their JSON, with what has been chosen and whether they still live.

import { beside, emphasis, jump, picture, quote, rows, titles, vertical } from "./card_parts.js";
import { el, icon, link } from "./dom.js";
import { t } from "./lang.js";
import { drawQuestion, questions, selection } from "./questions.js";

/** The card of a bubble. `tap(key, selected)` is called for buttons and menu entries. */
export function drawCard(bubble, tap) {
  const card = bubble.body;
  const open = !bubble.settled;
  const title = card.main_title?.title || card.sub_title_text || t("卡片");
  const node = el("article", { class: `card ${card.card_type}`, "aria-label": title });
  const press = (key) => {
    node.classList.add("busy");
    Promise.resolve(tap(key, selection(node))).finally(() => node.classList.remove("busy"));
  };
  node.append(...[
    head(card, press),
    titles(card),
    emphasis(card.emphasis_content),
    picture(card.card_image),
    beside(card.image_text_area),
    quote(card.quote_area),
    card.sub_title_text && el("p", { class: "sub" }, card.sub_title_text),
    ...(card.vertical_content_list ?? []).map(vertical),
    rows(card.horizontal_content_list),
    ...questions(card).map((question) => drawQuestion(question, bubble, open)),
    ...(card.jump_list ?? []).map(jump),
    buttons(card, bubble, press),
  ].filter(Boolean));
  return node;
}

function head(card, press) {
  const menu = card.action_menu?.action_list ? drawMenu(card.action_menu, press) : null;
  if (!card.source?.desc && !menu) return null;
  const colour = `source colour-${card.source?.desc_color ?? 0}`;
  return el("div", { class: "head" }, el("span", { class: colour }, card.source?.desc ?? ""), menu);
}

function drawMenu(menu, press) {
  const entries = menu.action_list.map((action) =>
    el("button", { type: "button", onclick: () => { details.open = false; press(action.key); } }, action.text));
  const details = el("details", { class: "menu" },
    el("summary", { "aria-label": menu.desc || t("更多操作") }, icon("dots")),
    el("div", { class: "entries" }, ...entries));
  details.addEventListener("focusout", (event) => {
    if (!details.contains(event.relatedTarget)) details.open = false;
  });
  details.addEventListener("keydown", (event) => { if (event.key === "Escape") details.open = false; });
  return details;
}

function buttons(card, bubble, press) {
  const isForm = card.card_type === "vote_interaction" || card.card_type === "multiple_interaction";
  if (!isForm && card.card_type !== "button_interaction") return null;
  if (bubble.settled) {
    return el("div", { class: "buttons one" },
      el("button", { type: "button", class: "settled", disabled: true }, bubble.settled));
  }
  const list = isForm ? [{ text: card.submit_button.text ?? t("提交"), key: card.submit_button.key }] : card.button_list;
  return el("div", { class: `buttons ${columns(list)}` }, ...list.map((button) => {
    const look = `style-${button.style ?? 1}`;
    if (button.type === 1) return el("span", { class: `as-button ${look}` }, link(button.text, button.url));
    return el("button", { type: "button", class: look, onclick: () => press(button.key) }, button.text);
  }));
}

function columns(list) {
  const longest = Math.max(...list.map((button) => [...button.text].length));
  if (list.length === 1 || longest > 8) return "one";
  return longest > 4 || list.length === 2 || list.length === 4 ? "two" : "three";
}
