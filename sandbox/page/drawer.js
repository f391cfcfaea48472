// The drawer beside the phones (below them on a narrow screen): three sheets, one at a time. It never lies over them.

import { el } from "./dom.js";
import { t } from "./lang.js";

const SHEETS = [["happened", "刚才发生了什么"], ["faults", "故障"], ["journal-sheet", "往来"]];

export class Drawer {
  /** `shown(name)` is called when a sheet comes into view. */
  constructor(shown) {
    this.shown = shown;
    this.node = document.getElementById("drawer");
    this.now = "happened";
    this.tabs = new Map(SHEETS.map(([name, words]) => [name, el("button", {
      type: "button", role: "tab", id: `tab-${name}`, "aria-controls": name, onclick: () => this.open(name),
      onkeydown: (event) => this.key(event),
    }, t(words))]));
    document.getElementById("drawer-tabs").append(...this.tabs.values());
    for (const [name] of SHEETS) document.getElementById(name).setAttribute("aria-labelledby", `tab-${name}`);
    for (const name of ["happened", "faults"]) this.opener(name).addEventListener("click", () => this.toggle(name));
    document.getElementById("close-drawer").addEventListener("click", () => this.close());
    this.node.addEventListener("keydown", (event) => { if (event.key === "Escape") this.close(); });
    this.mark();
  }

  opener(name) {
    return document.getElementById(`open-${name}`);
  }

  toggle(name) {
    if (!this.node.hidden && this.now === name) this.close();
    else this.open(name);
  }

  open(name) {
    this.now = name;
    this.node.hidden = false;
    document.body.classList.add("with-drawer");
    this.mark();
    this.shown(name);
  }

  close() {
    const had = this.node.contains(document.activeElement);
    this.node.hidden = true;
    document.body.classList.remove("with-drawer");
    this.mark();
    if (had) (this.opener(this.now) ?? this.opener("happened")).focus();
  }

  mark() {
    for (const [name, tab] of this.tabs) {
      tab.setAttribute("aria-selected", String(name === this.now));
      tab.tabIndex = name === this.now ? 0 : -1;
      document.getElementById(name).hidden = name !== this.now;
    }
    for (const name of ["happened", "faults"]) {
      this.opener(name).setAttribute("aria-expanded", String(!this.node.hidden && this.now === name));
    }
  }

  key(event) {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    const names = [...this.tabs.keys()];
    const next = names[(names.indexOf(this.now) + step + names.length) % names.length];
    this.open(next);
    this.tabs.get(next).focus();
  }
}
