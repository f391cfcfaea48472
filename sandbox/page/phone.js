// One phone: whose it is, the conversation, and the line to type in.

import { Chooser } from "./chooser.js";
import { onMinute } from "./clock.js";
import { Compose } from "./compose.js";
import { el, icon, toast } from "./dom.js";
import { t } from "./lang.js";
import { get, post } from "./server.js";
import { Talk } from "./talk.js";
import { shortWords } from "./words.js";

export class Phone {
  /** `look(bubble)` shows what was behind one; `changed()` is called when somebody else or unread marks show. */
  constructor(number, { look, changed }) {
    this.person = null;
    this.changed = changed;
    this.chooser = new Chooser(number, (person) => this.show(person, true).then(() => this.compose.input.focus()));
    const acts = {
      tap: (bubble, key, selected) =>
        post("/sandbox/tap", { ...this.address(), task_id: bubble.task_id, key, selected }),
      look,
      quote: (bubble) => this.compose.answerTo({ who: this.nameOf(bubble), words: shortWords(bubble) }),
    };
    this.talk = new Talk(acts, changed);
    this.compose = new Compose(number, {
      address: () => this.address(),
      send: (said) => (this.person ? post("/sandbox/say", { ...this.address(), ...said }) : null),
    });
    this.draw(number);
  }

  draw(number) {
    const time = el("span", { class: "time" });
    onMinute((now) => { time.textContent = now; });
    this.name = el("h2", {});
    this.corp = el("small", {});
    this.node = el("section", { class: "phone", id: `phone-${number}` },
      this.chooser.node,
      el("div", { class: "frame" },
        el("div", { class: "status", "aria-hidden": "true" }, time, el("span", {}, icon("signal"), icon("battery"))),
        el("div", { class: "top" }, this.name, this.corp),
        this.talk.node,
        this.compose.node));
  }

  get unread() {
    return this.talk.unread;
  }

  /** Put a person on this phone; `entering` tells the bot that the conversation was opened. */
  async show(person, entering) {
    this.person = person;
    this.chooser.show(person);
    this.compose.clear();
    this.name.textContent = person.app_name;
    this.corp.textContent = person.corp_name;
    this.node.setAttribute("aria-label", t("{person}的手机", { person: person.name }));
    this.talk.begin(person);
    this.changed();
    try {
      await this.load();
    } catch (problem) {
      toast(problem.message);
      return;
    }
    if (this.person === person && (entering || this.talk.bubbles.size === 0)) {
      await post("/sandbox/say", { ...this.address(), type: "enter" });
    }
  }

  async load() {
    const { corp, agent, userid } = this.person;
    const { bubbles } = await get(`/sandbox/talk?${new URLSearchParams({ corp, agent, userid })}`);
    if (this.owns({ corp, agent, userid })) this.talk.fill(bubbles);
  }

  owns({ corp, agent, userid }) {
    const p = this.person;
    return p !== null && p.corp === corp && p.agent === agent && p.userid === userid;
  }

  address() {
    const { corp, agent, userid } = this.person;
    return { corp, agent, userid };
  }

  nameOf(bubble) {
    return bubble.side === "person" ? this.person.name : this.person.app_name;
  }
}
