// Template cards: all five types, drawn from their JSON, with what has been chosen and whether they still live.

import { el, link } from "./dom.js";

/** The card of a bubble. `tap(key, selected)` is called for buttons and menu entries. */
export function drawCard(bubble, tap) {
  const card = bubble.body;
  const open = !bubble.settled;
  const title = card.main_title?.title || card.sub_title_text || "卡片";
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
    el("summary", { "aria-label": menu.desc || "更多操作" }, "⋯"),
    el("div", { class: "entries" }, ...entries));
  details.addEventListener("focusout", (event) => {
    if (!details.contains(event.relatedTarget)) details.open = false;
  });
  details.addEventListener("keydown", (event) => { if (event.key === "Escape") details.open = false; });
  return details;
}

function titles(card) {
  const { title, desc } = card.main_title ?? {};
  if (!title && !desc) return null;
  const heading = card.card_action?.type === 1 ? link(title, card.card_action.url) : title;
  return el("div", { class: "titles" }, title && el("h3", {}, heading), desc && el("p", { class: "desc" }, desc));
}

function emphasis(content) {
  if (!content?.title && !content?.desc) return null;
  return el("div", { class: "emphasis" },
    el("strong", {}, content.title ?? ""), el("span", {}, content.desc ?? ""));
}

// Pictures from elsewhere are not loaded: the page lets nothing in that is not its own.
function picture(image) {
  return image?.url ? el("div", { class: "picture", role: "img", "aria-label": "卡片图片" }, "图片") : null;
}

function beside(area) {
  if (!area?.image_url) return null;
  const words = el("div", {}, el("strong", {}, link(area.title ?? "", area.url)), el("p", {}, area.desc ?? ""));
  return el("div", { class: "beside" }, picture({ url: area.image_url }), words);
}

function quote(area) {
  if (!area?.quote_text && !area?.title) return null;
  return el("blockquote", { class: "quote" },
    area.title && el("strong", {}, link(area.title, area.url)), el("span", {}, area.quote_text ?? ""));
}

function vertical(item) {
  return el("div", { class: "vertical" }, el("strong", {}, item.title), el("p", {}, item.desc ?? ""));
}

function rows(list) {
  if (!list?.length) return null;
  return el("dl", { class: "rows" }, ...list.map((row) => {
    const value = row.type === 1 ? link(row.value ?? "", row.url) : row.value ?? "";
    return el("div", {}, el("dt", {}, row.keyname), el("dd", { class: `kind-${row.type ?? 0}` }, value));
  }));
}

function jump(item) {
  return el("div", { class: "jump" }, link(item.title, item.url), el("span", { "aria-hidden": "true" }, "›"));
}

function questions(card) {
  if (card.card_type === "button_interaction") return card.button_selection ? [card.button_selection] : [];
  if (card.card_type === "vote_interaction") return [{ ...card.checkbox, isVote: true }];
  return card.card_type === "multiple_interaction" ? card.select_list : [];
}

function drawQuestion(question, bubble, open) {
  const locked = !open || question.disable === true;
  const chosen = bubble.chosen?.[question.question_key];
  return question.isVote ? vote(question, bubble, chosen, locked) : choice(question, chosen, locked);
}

function choice(question, chosen, locked) {
  const preset = chosen?.[0] ?? question.selected_id ?? question.option_list[0].id;
  const select = el("select", { "data-question": question.question_key, disabled: locked },
    ...question.option_list.map((option) =>
      el("option", { value: option.id, selected: option.id === preset }, option.text)));
  return el("label", { class: "question" }, el("span", {}, question.title || "请选择"), select);
}

function vote(question, bubble, chosen, locked) {
  const kind = question.mode === 1 ? "checkbox" : "radio";
  return el("fieldset", { class: "vote", "data-question": question.question_key, disabled: locked },
    el("legend", {}, question.mode === 1 ? "可多选" : "单选"),
    ...question.option_list.map((option) => el("label", {},
      el("input", {
        type: kind,
        name: `vote-${bubble.number}`,
        value: option.id,
        checked: chosen ? chosen.includes(option.id) : option.is_checked === true,
      }),
      el("span", {}, option.text))));
}

/** What is chosen on the card at this moment, by question. */
function selection(node) {
  const chosen = {};
  for (const question of node.querySelectorAll("[data-question]:not(:disabled)")) {
    const picked = question.matches("select")
      ? [question.value]
      : [...question.querySelectorAll("input:checked")].map((input) => input.value);
    chosen[question.dataset.question] = picked;
  }
  return chosen;
}

function buttons(card, bubble, press) {
  const isForm = card.card_type === "vote_interaction" || card.card_type === "multiple_interaction";
  if (!isForm && card.card_type !== "button_interaction") return null;
  if (bubble.settled) {
    return el("div", { class: "buttons one" },
      el("button", { type: "button", class: "settled", disabled: true }, bubble.settled));
  }
  const list = isForm ? [{ text: card.submit_button.text ?? "提交", key: card.submit_button.key }] : card.button_list;
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
