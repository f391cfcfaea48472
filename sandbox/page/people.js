// Who can be put on a phone, how they are called, and who has unread messages elsewhere.

import { el } from "./dom.js";
import { t } from "./lang.js";

const SHOWN = 60;
let everyone = [];
let many = false;
const unread = new Map();

/** Take the people of the company. */
export function setPeople(people) {
  everyone = people;
  many = new Set(people.map((p) => `${p.corp} ${p.agent}`)).size > 1;
}

/** Name, unit, title; with several apps also which one. */
export function label(person) {
  return [person.name, ...details(person)].join(" · ");
}

/** Unit and role, as the second line says them. */
export function details(person) {
  const app = many ? `${person.corp_name} ${person.app_name}` : "";
  return [person.unit, person.title || person.role, app].filter(Boolean);
}

/** Those whose name, unit, title, role or user id hold all the words typed, those whose name begins so first. */
export function search(typed) {
  const words = typed.trim().toLowerCase().split(/[\s·]+/).filter(Boolean);
  const text = (person) => `${label(person)} ${person.role} ${person.userid}`.toLowerCase();
  const found = everyone.filter((person) => words.every((word) => text(person).includes(word)));
  const first = words[0] ?? "";
  const rank = (person) => (first && person.name.toLowerCase().startsWith(first) ? 0 : 1);
  return found.map((person, index) => [rank(person), index, person])
    .sort((a, b) => a[0] - b[0] || a[1] - b[1]).slice(0, SHOWN).map(([, , person]) => person);
}

export function at({ corp, agent, userid }) {
  return everyone.find((p) => p.corp === corp && p.agent === agent && p.userid === userid) ?? null;
}

/** The round picture of somebody: the end of the name on a colour of their own. */
export function avatar(name) {
  const hue = [...name].reduce((sum, letter) => sum + letter.codePointAt(0), 0) % 6;
  return el("span", { class: `avatar hue-${hue}`, "aria-hidden": "true" }, [...name].slice(-2).join(""));
}

function keyOf({ corp, agent, userid }) {
  return JSON.stringify([corp, agent, userid]);
}

/** A message for somebody who is on no phone. */
export function missed(bubble) {
  const key = keyOf(bubble);
  const numbers = unread.get(key) ?? new Set();
  unread.set(key, numbers.add(bubble.number));
}

export function seen(person) {
  unread.delete(keyOf(person));
}

export function unreadOf(person) {
  return unread.get(keyOf(person))?.size ?? 0;
}

/** The red number. */
export function badge(count) {
  return count > 0 && el("b", { class: "badge" }, el("span", { "aria-hidden": "true" }, count > 99 ? "99+" : count),
    el("span", { class: "sr" }, t("{count} 条未读", { count })));
}

let drawn = "";

/** One chip for each person with unread messages elsewhere; a click puts them on a phone. */
export function drawOthers(open) {
  const wanted = JSON.stringify([...unread].map(([key, numbers]) => [key, numbers.size]));
  if (wanted === drawn) return;
  drawn = wanted;
  const place = document.getElementById("others");
  const chips = [...unread].map(([key, numbers]) => {
    const [corp, agent, userid] = JSON.parse(key);
    const person = at({ corp, agent, userid });
    return person && el("button", { type: "button", class: "chip", onclick: () => open(person), title: label(person) },
      person.name, badge(numbers.size));
  });
  place.replaceChildren(...chips.filter(Boolean));
  place.hidden = place.childElementCount === 0;
}
