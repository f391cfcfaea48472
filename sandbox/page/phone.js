// One phone: whose it is, the conversation, and the line to type in.

import { drawBubble } from "./bubble.js";
import { onMinute, stamp } from "./clock.js";
import { el, toast } from "./dom.js";
import { label } from "./people.js";
import { get, post } from "./server.js";

const QUIET = 5 * 60 * 1000;
const NEAR = 60;

export class Phone {
  /** `choose(text)` finds a person by what was typed; `changed()` is called when another one is shown. */
  constructor(number, { choose, changed }) {
    this.choose = choose;
    this.changed = changed;
    this.person = null;
    this.bubbles = new Map();
    this.unread = 0;
    this.draw(number);
  }

  draw(number) {
    this.picker = el("input", {
      list: "people", "aria-label": `第 ${number} 部手机是谁的`, autocomplete: "off", spellcheck: "false",
      onchange: () => this.pickTyped(),
      onfocus: () => { this.picker.placeholder = this.picker.value || "姓名、单位或职务"; this.picker.value = ""; },
      onblur: () => { if (this.person) this.picker.value = label(this.person); },
    });
    this.time = el("span", { class: "time" });
    this.name = el("h2", {});
    this.corp = el("small", {});
    this.list = el("ol", { class: "talk", role: "log", "aria-live": "polite", tabindex: "0" });
    this.stuck = true;
    this.list.addEventListener("scroll", () => {
      this.stuck = this.atEnd();
      if (this.stuck) this.read();
    });
    new ResizeObserver(() => { if (this.stuck) this.toEnd(); }).observe(this.list);
    this.more = el("button", { class: "more", type: "button", hidden: true, onclick: () => this.toEnd() });
    this.input = el("textarea", {
      rows: 1, maxlength: 4000, placeholder: "说点什么…", "aria-label": "输入消息，回车发送", enterkeyhint: "send",
      onkeydown: (event) => this.key(event),
    });
    const send = el("button", { type: "submit" }, "发送");
    const form = el("form", { class: "compose", onsubmit: (event) => { event.preventDefault(); this.say(); } },
      this.input, send);
    this.node = el("section", { class: "phone", id: `phone-${number}` },
      el("div", { class: "owner" }, this.picker),
      el("div", { class: "frame" },
        el("div", { class: "status", "aria-hidden": "true" }, this.time, el("span", {}, "▂▄▆ 5G")),
        el("div", { class: "top" }, this.name, this.corp),
        el("div", { class: "middle" }, this.list, this.more),
        form));
    onMinute((time) => { this.time.textContent = time; });
  }

  pickTyped() {
    const person = this.choose(this.picker.value);
    if (!person) return;
    this.show(person, true);
    this.input.focus();
  }

  /** Put a person on this phone; `entering` tells the bot that the conversation was opened. */
  async show(person, entering) {
    this.person = person;
    this.bubbles.clear();
    this.list.replaceChildren();
    this.picker.value = label(person);
    this.name.textContent = person.app_name;
    this.corp.textContent = person.corp_name;
    this.list.setAttribute("aria-label", `${person.name}与${person.app_name}的对话`);
    this.node.setAttribute("aria-label", `${person.name}的手机`);
    this.changed();
    try {
      await this.load();
    } catch (problem) {
      toast(problem.message);
      return;
    }
    if (this.person === person && (entering || this.bubbles.size === 0)) {
      await post("/sandbox/say", { ...this.address(), type: "enter" });
    }
  }

  /** Fetch the conversation; what arrived live in the meantime is newer and stays. */
  async load() {
    const { corp, agent, userid } = this.person;
    const query = new URLSearchParams({ corp, agent, userid });
    const { bubbles } = await get(`/sandbox/talk?${query}`);
    if (!this.owns({ corp, agent, userid })) return;
    const live = new Map(this.bubbles);
    this.bubbles = new Map(bubbles.map((bubble) => [bubble.number, bubble]));
    for (const [number, bubble] of live) this.bubbles.set(number, bubble);
    this.list.replaceChildren();
    for (const bubble of this.bubbles.values()) this.put(bubble);
    this.toEnd();
  }

  owns({ corp, agent, userid }) {
    const p = this.person;
    return p !== null && p.corp === corp && p.agent === agent && p.userid === userid;
  }

  address() {
    const { corp, agent, userid } = this.person;
    return { corp, agent, userid };
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
    const drawn = drawBubble(bubble, this.person, (key, selected) => this.tap(bubble, key, selected));
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

  key(event) {
    // While an input method is composing, Enter belongs to it.
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    this.say();
  }

  async say() {
    const content = this.input.value.trim();
    if (!content || !this.person) return;
    this.input.value = "";
    const answer = await post("/sandbox/say", { ...this.address(), type: "text", content });
    if (answer === null && this.input.value === "") this.input.value = content;
  }

  tap(bubble, key, selected) {
    return post("/sandbox/tap", { ...this.address(), task_id: bubble.task_id, key, selected });
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
    this.more.textContent = `↓ ${this.unread} 条新消息`;
    this.changed();
  }
}

/** Exchange a bubble without a flash, and without losing the place of whoever uses the keyboard. */
function replace(old, drawn) {
  const controls = "button, select, input, summary";
  const place = [...old.querySelectorAll(controls)].indexOf(document.activeElement);
  drawn.classList.add("changed");
  old.replaceWith(drawn);
  if (place < 0) return;
  const there = [...drawn.querySelectorAll(controls)].filter((control) => !control.disabled);
  (there[Math.min(place, there.length - 1)] ?? drawn.closest(".talk")).focus({ preventScroll: true });
}
