// Who can be put on a phone, how they are called in the list, and who has unread messages elsewhere.

import { el } from "./dom.js";

let everyone = [];
let many = false;
const unread = new Map();

/** Take the people of the company and fill the searchable list. */
export function setPeople(people) {
  everyone = people;
  many = new Set(people.map((p) => `${p.corp} ${p.agent}`)).size > 1;
  document.getElementById("people").replaceChildren(
    ...people.map((person) => el("option", { value: label(person) })));
}

/** Name, unit, title; with several apps also which one. */
export function label(person) {
  const app = many ? `${person.corp_name} ${person.app_name}` : "";
  return [person.name, person.unit, person.title || person.role, app].filter(Boolean).join(" · ");
}

/** The person meant by what was typed: the whole label, or the only one that contains it. */
export function find(typed) {
  const words = typed.trim().toLowerCase();
  if (!words) return null;
  const exact = everyone.find((person) => label(person).toLowerCase() === words);
  if (exact) return exact;
  const close = everyone.filter((person) => `${label(person)} ${person.userid}`.toLowerCase().includes(words));
  return close.length === 1 ? close[0] : null;
}

export function at({ corp, agent, userid }) {
  return everyone.find((p) => p.corp === corp && p.agent === agent && p.userid === userid) ?? null;
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

let drawn = "";

/** One chip for each such person; a click puts them on a phone. */
export function drawOthers(open) {
  const wanted = JSON.stringify([...unread].map(([key, numbers]) => [key, numbers.size]));
  if (wanted === drawn) return;
  drawn = wanted;
  const place = document.getElementById("others");
  const chips = [...unread].map(([key, numbers]) => {
    const [corp, agent, userid] = JSON.parse(key);
    const person = at({ corp, agent, userid });
    if (!person) return null;
    return el("button", { type: "button", onclick: () => open(person), title: label(person) },
      person.name, el("b", { "aria-label": `${numbers.size} 条未读` }, numbers.size));
  });
  place.replaceChildren(...chips.filter(Boolean));
  place.hidden = place.childElementCount === 0;
}
