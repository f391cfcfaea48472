// How a step of the tour is drawn, and which part of the page it speaks of.

import { el, icon } from "./dom.js";
import { english, t } from "./lang.js";

/** Whether there is something to do in a step, not only to read. */
export function hasTask(step) {
  return Boolean(step.words || step.button || Object.keys(step.clock).length);
}

/** What is to be used for it: the input, the newest card's button of that text, or a button of the clock. */
export function tool(step, phone) {
  if (step.words) return phone.compose.node;
  if (step.button) {
    return [...phone.node.querySelectorAll(".card button:not(:disabled)")]
      .filter((button) => button.textContent === step.button).at(-1) ?? phone.talk.node;
  }
  return [...document.querySelectorAll("[data-move]")]
    .find((button) => button.dataset.move === JSON.stringify(step.clock)) ?? document.getElementById("clockbar");
}

/** What of it takes the keyboard. */
export function control(place) {
  if (place.matches("button")) return place;
  return place.querySelector("textarea") ?? place.querySelector(".talk, .primary") ?? place.querySelector("button");
}

const PLACES = { clock: "clockbar", others: "others", happened: "drawer", faults: "drawer" };

/** What is to be looked at afterwards. */
export function sight(step, phone) {
  if (PLACES[step.look]) return document.getElementById(PLACES[step.look]);
  if (step.look === "input") return phone?.compose.node;
  return step.look === "answer" ? [...(phone?.node.querySelectorAll(".bubble.theirs") ?? [])].at(-1) : null;
}

/** The words, and the buttons to go on (`next`) and to leave (`end`, null on the last step). */
export function drawStep(step, { index, steps, complete }, { next, end }) {
  const ready = complete || !hasTask(step);
  const onward = end ? (ready ? t("下一步") : t("跳过这步")) : t("完成");
  return [
    el("p", { class: "tour-count", "aria-hidden": "true" }, `${index + 1} / ${steps.length}`),
    el("p", { class: "tour-words", role: "status" },
      el("span", { class: "sr" }, t("第 {number} 步，共 {count} 步：", { number: index + 1, count: steps.length })),
      english ? step.en : step.zh,
      complete && el("strong", { class: "tour-done" }, icon("check"), t("做到了"))),
    el("div", { class: "tour-buttons" },
      el("button", { type: "button", class: ready ? "primary" : "", onclick: next }, onward),
      end && el("button", { type: "button", class: "plain", onclick: end }, t("不看了"))),
  ];
}
