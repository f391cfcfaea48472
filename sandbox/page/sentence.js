// What was understood: the sentence with its words underlined, the slots they became, and what else was possible.

import { el } from "./dom.js";
import { t } from "./lang.js";
import { fact } from "./station_parts.js";

const COLOURS = 6;

/** The station of understanding, for words and for taps. */
export function understanding(told, trail) {
  const { understood, outcome, event } = told;
  if (!understood) return tapped(outcome, event, trail);
  const where = new Map((understood.used ?? []).map(([slot, start]) => [slot, start]));
  const slots = Object.entries(understood.slots ?? {})
    .sort((a, b) => (where.get(a[0]) ?? Infinity) - (where.get(b[0]) ?? Infinity) || 0);
  const colour = new Map(slots.map(([name], index) => [name, index % COLOURS]));
  const said = event?.text || trail.words;
  return [
    el("p", { class: "intent" }, el("code", {}, understood.intent), sure(understood.confidence)),
    el("p", { class: "sentence" }, underlined(said, understood.used ?? [], colour)),
    slots.length > 0 && el("dl", { class: "slots" }, slots.map(([name, value]) =>
      el("div", { class: `slot-${colour.get(name)}` }, el("dt", {}, name), el("dd", {}, shown(value))))),
    others(understood),
  ];
}

function tapped(outcome, event, trail) {
  const intent = outcome?.intent || trail.kind;
  return [
    el("p", { class: "intent" }, el("code", {}, intent)),
    trail.kind === "tap" && el("p", { class: "hint" }, t("按钮是签了名的值，不是文字：不用猜。")),
    event?.tap && el("dl", { class: "facts mono" }, fact("tap", event.tap), fact("task_id", event.card)),
  ];
}

function sure(confidence) {
  return el("span", { class: "chip good" }, t("把握 {percent}%", { percent: Math.round(confidence * 100) }));
}

/** The text in pieces; `used` are [slot, start, end] in characters. Of two that overlap the first stays. */
function underlined(text, used, colour) {
  const letters = [...text];
  const pieces = [];
  let from = 0;
  for (const [slot, start, end] of [...used].sort((a, b) => a[1] - b[1])) {
    if (start < from || end <= start || end > letters.length) continue;
    pieces.push(letters.slice(from, start).join(""),
      el("mark", { class: `slot-${colour.get(slot) ?? 0}`, title: slot }, letters.slice(start, end).join("")));
    from = end;
  }
  return [...pieces, letters.slice(from).join("")];
}

function shown(value) {
  if (Array.isArray(value)) return value.map(shown).join("、");
  return value !== null && typeof value === "object" ? JSON.stringify(value) : String(value);
}

/** The other readings, with a bar for each. */
function others({ candidates = [], intent }) {
  const rest = candidates.filter(([name]) => name !== intent);
  if (!rest.length) return el("p", { class: "hint" }, t("没有别的读法。"));
  return el("div", { class: "others-read" }, el("p", { class: "sub-head" }, t("也可能是")), rest.map(([name, confidence]) =>
    el("p", { class: "reading" }, el("code", {}, name), el("meter", { min: 0, max: 1, value: confidence, "aria-label": name }),
      el("span", { class: "ms" }, `${Math.round(confidence * 100)}%`))));
}
