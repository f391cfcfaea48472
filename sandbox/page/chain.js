// The drawing of the way through the house, as in the architecture's own picture; every piece leads to its station.

import { el } from "./dom.js";
import { t } from "./lang.js";

const PIECES = [
  ["callback", 1], ["verify, decrypt", 2], ["event", 2], ["actor, scope", 4], ["command | tap", 3], ["handler", 5], ["rows", 5],
  ["cards", 7], ["delivery", 7],
];

/** The chain; `stations` are those drawn below it. */
export function onChain(stations) {
  const goTo = (number) => {
    const { node } = stations[number - 1];
    node.scrollIntoView({ block: "start", behavior: "smooth" });
    node.focus({ preventScroll: true });
  };
  return el("nav", { class: "chain", "aria-label": t("一路经过") }, PIECES.map(([words, number]) =>
    el("button", { type: "button", class: stations[number - 1].state, onclick: () => goTo(number) }, words)));
}
