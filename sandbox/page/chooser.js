// Whose phone this is: a field in which one searches by name, unit or role.

import { el, icon } from "./dom.js";
import { t } from "./lang.js";
import { Listbox } from "./listbox.js";
import { avatar, badge, details, label, search, unreadOf } from "./people.js";

export class Chooser {
  /** `take(person)` is called when somebody is chosen. */
  constructor(number, take) {
    this.take = take;
    this.person = null;
    this.field = el("input", {
      role: "combobox", "aria-label": t("第 {number} 部手机是谁的", { number }), "aria-expanded": "false",
      autocomplete: "off", spellcheck: "false", placeholder: t("姓名、单位或职务"),
      onfocus: () => this.begin(), onblur: () => this.end(), oninput: () => this.find(),
      onkeydown: (event) => this.key(event),
    });
    this.face = el("span", { class: "face" });
    this.second = el("span", { class: "second", "aria-hidden": "true" });
    this.list = new Listbox(this.field, {
      id: `people-${number}`, label: t("公司的人"), draw: drawPerson, group: (person) => person.unit,
      take: (person) => this.chosen(person),
    });
    this.node = el("div", { class: "owner" }, this.face, el("div", { class: "whose" }, this.field, this.second),
      icon("down"), this.list.node);
  }

  show(person) {
    this.person = person;
    this.face.replaceChildren(avatar(person.name));
    this.second.textContent = details(person).join(" · ");
    this.field.value = person.name;
    this.field.title = label(person);
  }

  begin() {
    this.field.value = "";
    if (this.person) this.field.placeholder = this.person.name;
    this.list.show(search(""));
  }

  end() {
    if (this.person) this.field.value = this.person.name;
  }

  find() {
    const found = search(this.field.value);
    this.list.show(found, found.length && this.field.value.trim() ? 0 : -1);
  }

  key(event) {
    if (this.list.key(event)) return;
    if (event.key === "ArrowDown") this.find();
    if (event.key === "Escape") this.field.blur();
  }

  chosen(person) {
    this.field.blur();
    this.take(person);
  }
}

function drawPerson(person) {
  return [avatar(person.name), el("span", { class: "who" }, el("span", {}, person.name),
    el("small", {}, details(person).slice(1).join(" · "))), badge(unreadOf(person))];
}
