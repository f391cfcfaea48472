// A list under (or over) a text field, steered from the field: arrows move, Enter takes, Escape closes.

import { el } from "./dom.js";

export class Listbox {
  /** `draw(item)` gives an option's children, `take(item)` uses one, `group(item)` its heading, if any. */
  constructor(field, { id, label, draw, take, group = () => "" }) {
    Object.assign(this, { field, id, draw, take, group });
    this.items = [];
    this.active = -1;
    // Browsers let Tab into whatever scrolls; this list is steered from its field.
    this.node = el("ul", { class: "listbox", role: "listbox", id, "aria-label": label, hidden: true, tabindex: "-1",
      onmousedown: (event) => event.preventDefault(),
      onclick: (event) => this.clicked(event) });
    field.setAttribute("aria-controls", id);
    field.setAttribute("aria-autocomplete", "list");
    field.addEventListener("blur", () => this.hide());
    this.tell();
  }

  get open() {
    return !this.node.hidden;
  }

  /** Show these items; `active` is the one marked from the start, -1 for none. */
  show(items, active = -1) {
    this.items = items;
    let heading = null;
    const rows = [];
    for (const [index, item] of items.entries()) {
      const group = this.group(item);
      if (group && group !== heading) rows.push(el("li", { class: "group", role: "presentation" }, group));
      heading = group;
      rows.push(el("li", { class: "option", role: "option", id: `${this.id}-${index}`, "data-index": index,
        "aria-selected": "false" }, this.draw(item)));
    }
    this.node.replaceChildren(...rows);
    this.node.hidden = items.length === 0;
    this.mark(items.length ? active : -1);
  }

  hide() {
    if (!this.open) return;
    this.node.hidden = true;
    this.mark(-1);
  }

  mark(index) {
    this.active = index;
    for (const option of this.node.querySelectorAll(".option")) {
      const isActive = Number(option.dataset.index) === index;
      option.setAttribute("aria-selected", String(isActive));
      if (isActive) option.scrollIntoView({ block: "nearest" });
    }
    this.tell();
  }

  tell() {
    if (this.field.getAttribute("role") === "combobox") this.field.setAttribute("aria-expanded", String(this.open));
    if (this.active < 0) this.field.removeAttribute("aria-activedescendant");
    else this.field.setAttribute("aria-activedescendant", `${this.id}-${this.active}`);
  }

  clicked(event) {
    const option = event.target.closest(".option");
    if (option) this.choose(Number(option.dataset.index));
  }

  choose(index) {
    const item = this.items[index];
    this.hide();
    this.take(item);
  }

  /** Handle a key of the field; true when it was for the list. */
  key(event) {
    if (!this.open || event.isComposing) return false;
    const last = this.items.length - 1;
    if (event.key === "ArrowDown") this.mark(this.active >= last ? 0 : this.active + 1);
    else if (event.key === "ArrowUp") this.mark(this.active <= 0 ? last : this.active - 1);
    else if (event.key === "Escape") this.hide();
    else if (event.key === "Enter" && this.active >= 0) this.choose(this.active);
    else return false;
    event.preventDefault();
    event.stopPropagation();
    return true;
  }
}
