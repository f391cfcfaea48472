// The line to type in: Enter sends, suggestions above it, a quoted message, and the tray.

import { el, icon } from "./dom.js";
import { t } from "./lang.js";
import { Suggestions } from "./suggest.js";
import { Tray } from "./tray.js";
import { quoting } from "./words.js";

export class Compose {
  /** `send(said)` posts and resolves to null when it failed; `address()` tells whose phone it is. */
  constructor(number, { send, address }) {
    this.send = send;
    this.input = el("textarea", {
      rows: 1, maxlength: 4000, placeholder: t("说点什么…"), "aria-label": t("输入消息，回车发送"), enterkeyhint: "send",
      onkeydown: (event) => this.key(event),
    });
    this.suggestions = new Suggestions(number, this.input, { address, taken: () => this.input.focus() });
    this.tray = new Tray(send);
    this.quote = el("div", { class: "quoted", hidden: true });
    this.node = el("form", { class: "compose", onsubmit: (event) => { event.preventDefault(); this.say(); } },
      this.suggestions.node, this.suggestions.told, this.quote,
      el("div", { class: "line" }, this.tray.button, this.input, el("button", { type: "submit", class: "primary" }, t("发送"))),
      this.tray.node);
  }

  key(event) {
    if (this.suggestions.key(event)) return;
    if (event.key === "Escape" && this.quoted) this.letGo();
    // While an input method is composing, Enter belongs to it.
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    this.say();
  }

  async say() {
    const typed = this.input.value.trim();
    if (!typed) return;
    const content = this.quoted ? quoting(this.quoted, typed) : typed;
    this.suggestions.hide();
    this.letGo();
    this.input.value = "";
    const answer = await this.send({ type: "text", content });
    if (answer === null && this.input.value === "") this.input.value = typed;
  }

  /** Answer to a message: `who` said `words`. */
  answerTo(quoted) {
    this.quoted = quoted;
    this.quote.hidden = false;
    this.quote.replaceChildren(el("span", {}, `${quoted.who}：${quoted.words}`),
      el("button", { type: "button", class: "plain", "aria-label": t("不引用了"), onclick: () => this.letGo() }, icon("close")));
    this.input.focus();
  }

  letGo() {
    this.quoted = null;
    this.quote.hidden = true;
  }

  /** Put words there to be sent, unless somebody is typing something else. */
  prefill(words) {
    if (!this.input.value.trim()) this.input.value = words;
    this.input.focus({ preventScroll: true });
  }

  /** Take prefilled words back that nobody has touched. */
  unfill(words) {
    if (this.input.value === words) this.input.value = "";
  }

  clear() {
    this.input.value = "";
    this.letGo();
    this.tray.close(false);
    this.suggestions.hide();
  }
}
