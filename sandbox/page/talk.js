// The conversation on one phone: bubbles in order, times between them, and what has not been read.

import { drawBubble } from "./bubble.js";
import { stamp } from "./clock.js";
import { el } from "./dom.js";
import { t } from "./lang.js";

const QUIET = 5 * 60 * 1000;
const NEAR = 60;

export class Talk {
  /** `acts` are what one can do with a bubble: tap, look, quote; `changed()` when the unread count is another. */
  constructor(acts, changed) {
    Object.assign(this, { acts, changed });
    this.bubbles = new Map();
    this.unread = 0;
    this.stuck = true;
    this.list = el("ol", { class: "talk", role: "log", "aria-live": "polite", tabindex: "0",
      onkeydown: (event) => this.key(event),
      onscroll: () => {
        this.stuck = this.atEnd();
        if (this.stuck) this.read();
      } });
    new ResizeObserver(() => { if (this.stuck) this.toEnd(); }).observe(this.list);
    this.more = el("button", { class: "more", type: "button", hidden: true, onclick: () => this.toEnd() });
    this.node = el("div", { class: "middle" }, this.list, this.more);
  }

  begin(person) {
    this.person = person;
    this.bubbles.clear();
    this.unread = 0;
    this.list.replaceChildren();
    this.list.setAttribute("aria-label",
      t("{person}与{app}的对话。上下键在消息间移动，回车看背后发生了什么，Q 引用", { person: person.name, app: person.app_name }));
  }

  /** The whole conversation; what arrived live in the meantime is newer and stays. */
  fill(bubbles) {
    const live = new Map(this.bubbles);
    this.bubbles = new Map(bubbles.map((bubble) => [bubble.number, bubble]));
    for (const [number, bubble] of live) this.bubbles.set(number, bubble);
    this.list.setAttribute("aria-busy", "true");
    this.list.replaceChildren();
    for (const bubble of this.bubbles.values()) this.put(bubble);
    this.list.removeAttribute("aria-busy");
    this.toEnd();
  }

  /** A new or changed bubble came. */
  receive(bubble) {
    const isNew = !this.bubbles.has(bubble.number);
    const stay = this.atEnd() || bubble.side === "person";
    this.bubbles.set(bubble.number, bubble);
    this.put(bubble);
    if (isNew && bubble.side === "app" && (!stay || !this.visible())) this.unread += 1;
    if (stay && this.visible()) this.toEnd();
    this.marks();
  }

  put(bubble) {
    const drawn = drawBubble(bubble, this.person, this.acts);
    const old = this.list.querySelector(`[data-number="${bubble.number}"]`);
    if (old) {
      replace(old, drawn);
      return;
    }
    const at = Date.parse(bubble.at);
    if (!this.list.lastElementChild || at - this.lastAt > QUIET) {
      this.list.append(el("li", { class: "stamp" }, el("time", { datetime: bubble.at }, stamp(at))));
    }
    this.lastAt = at;
    this.list.append(drawn);
  }

  /** Arrows walk from bubble to bubble, Enter looks behind the one in hand, Q quotes it. */
  key(event) {
    const here = event.target.closest(".bubble");
    if (event.target !== this.list && event.target !== here) return;
    const all = [...this.list.querySelectorAll(".bubble")];
    const place = all.indexOf(here);
    const to = { ArrowUp: place < 0 ? all.length - 1 : place - 1, ArrowDown: place + 1, Home: 0, End: all.length - 1 }[event.key];
    const bubble = here && this.bubbles.get(Number(here.dataset.number));
    if (to !== undefined && all[to]) all[to].focus();
    else if (event.key === "Enter" && bubble) this.acts.look(bubble);
    else if (event.key.toLowerCase() === "q" && bubble) this.acts.quote(bubble);
    else return;
    event.preventDefault();
  }

  visible() {
    return this.node.offsetParent !== null && !document.hidden;
  }

  atEnd() {
    return this.list.scrollHeight - this.list.scrollTop - this.list.clientHeight < NEAR;
  }

  toEnd() {
    this.list.scrollTop = this.list.scrollHeight;
    this.read();
  }

  read() {
    if (!this.visible()) return;
    this.unread = 0;
    this.marks();
  }

  marks() {
    this.more.hidden = this.unread === 0;
    this.more.textContent = t("↓ {count} 条新消息", { count: this.unread });
    this.changed();
  }
}

/** Exchange a bubble without a flash, and without losing the place of whoever uses the keyboard. */
function replace(old, drawn) {
  const controls = "button, select, input, summary";
  const place = [...old.querySelectorAll(controls)].indexOf(document.activeElement);
  const wasHere = document.activeElement === old;
  drawn.classList.add("changed");
  old.replaceWith(drawn);
  if (wasHere) drawn.focus({ preventScroll: true });
  if (place < 0) return;
  const there = [...drawn.querySelectorAll(controls)].filter((control) => !control.disabled && control.tabIndex >= 0);
  (there[Math.min(place, there.length - 1)] ?? drawn.closest(".talk")).focus({ preventScroll: true });
}
