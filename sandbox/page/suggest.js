// What one may type, as the bot suggests it: over the input, taken with the arrows and Enter.

import { afterQuiet, el } from "./dom.js";
import { t } from "./lang.js";
import { Listbox } from "./listbox.js";
import { get } from "./server.js";

const QUIET = 120;

export class Suggestions {
  /** `address()` tells whose phone it is; `taken()` is called when the words have been put in. */
  constructor(number, field, { address, taken }) {
    Object.assign(this, { field, address, taken });
    this.wanted = false;
    this.list = new Listbox(field, {
      id: `suggestions-${number}`, label: t("可以这样说"), take: (one) => this.insert(one),
      draw: (one) => [el("span", { class: "what" }, one.label), one.hint && el("small", {}, one.hint)],
    });
    this.list.node.classList.add("over");
    this.node = this.list.node;
    this.told = el("span", { class: "sr", role: "status" });
    this.ask = afterQuiet(QUIET, () => this.fetch());
    field.addEventListener("input", () => { if (this.wanted) this.ask(); });
  }

  /** The sandbox says whether there is anybody to ask. */
  enable(wanted) {
    this.wanted = wanted;
  }

  async fetch() {
    const text = this.field.value;
    if (!text.trim() && !this.always) return this.list.hide();
    const { userid, corp, agent } = this.address();
    const found = await get(`/sandbox/suggest?${new URLSearchParams({ userid, corp, agent, text })}`).catch(() => []);
    // Meanwhile one may have typed on, sent it, or gone elsewhere.
    if (this.field.value !== text || document.activeElement !== this.field) return undefined;
    this.list.show(found.filter((one) => one.insert !== text));
    this.told.textContent = found.length ? t("{count} 条建议，按上下键选择", { count: found.length }) : "";
    return undefined;
  }

  /** A key of the input; true when it was for the list. The arrow down asks for suggestions without a word typed. */
  key(event) {
    if (this.list.key(event)) return true;
    if (event.key !== "ArrowDown" || !this.wanted || this.field.value.trim()) return false;
    event.preventDefault();
    this.always = true;
    this.fetch().finally(() => { this.always = false; });
    return true;
  }

  hide() {
    this.list.hide();
  }

  insert(one) {
    this.field.value = one.insert;
    this.field.setSelectionRange(one.insert.length, one.insert.length);
    this.taken();
  }
}
