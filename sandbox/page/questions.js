// What a card asks: one of a list, several of a list, and what is chosen at this moment.

import { el } from "./dom.js";
import { t } from "./lang.js";

const FITS = 24;

export function questions(card) {
  if (card.card_type === "button_interaction") return card.button_selection ? [card.button_selection] : [];
  if (card.card_type === "vote_interaction") return [{ ...card.checkbox, isVote: true }];
  return card.card_type === "multiple_interaction" ? card.select_list : [];
}

export function drawQuestion(question, bubble, open) {
  const locked = !open || question.disable === true;
  const chosen = bubble.chosen?.[question.question_key];
  return question.isVote ? vote(question, bubble, chosen, locked) : choice(question, chosen, locked);
}

function choice(question, chosen, locked) {
  const preset = chosen?.[0] ?? question.selected_id ?? question.option_list[0].id;
  const select = el("select", { "data-question": question.question_key, disabled: locked, onchange: () => whole() },
    ...question.option_list.map((option) =>
      el("option", { value: option.id, selected: option.id === preset }, option.text)));
  const words = el("small", { class: "whole", "aria-hidden": "true", hidden: true });
  // A select box cuts what is too long for it; on a phone one must still be able to read it.
  const whole = () => {
    words.textContent = select.selectedOptions[0]?.textContent ?? "";
    words.hidden = width(words.textContent) <= FITS;
  };
  whole();
  return el("label", { class: "question" }, el("span", {}, question.title || t("请选择")), select, words);
}

/** How wide words are, a Chinese character counting two. */
function width(words) {
  return [...words].reduce((sum, letter) => sum + (letter.codePointAt(0) > 0x2e7f ? 2 : 1), 0);
}

function vote(question, bubble, chosen, locked) {
  const kind = question.mode === 1 ? "checkbox" : "radio";
  return el("fieldset", { class: "vote", "data-question": question.question_key, disabled: locked },
    el("legend", {}, question.mode === 1 ? t("可多选") : t("单选")),
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
export function selection(node) {
  const chosen = {};
  for (const question of node.querySelectorAll("[data-question]:not(:disabled)")) {
    const picked = question.matches("select")
      ? [question.value]
      : [...question.querySelectorAll("input:checked")].map((input) => input.value);
    chosen[question.dataset.question] = picked;
  }
  return chosen;
}
