// The guided first minute: steps are data, the person does them, and the tour notices when one is done.

import { recall, remember } from "./memory.js";
import { at } from "./people.js";
import { point, unpoint } from "./pointer.js";
import { control, drawStep, hasTask, sight, tool } from "./tour_parts.js";

const DONE = "done";

export class Tour {
  /** `page` holds the phones and can bring one forward and open a sheet of the drawer. */
  constructor(node, page) {
    Object.assign(this, { node, page });
    this.steps = [];
    this.index = -1;
    this.heardWords = "";
    this.memory = "tour";
    document.getElementById("replay").addEventListener("click", () => this.go(0));
  }

  /** Begin, go on where one left off, or stay away from who has finished or skipped it in this `company`. */
  begin(steps, company) {
    this.steps = steps;
    this.memory = `tour.${company}`;
    document.getElementById("replay").hidden = steps.length === 0;
    const asked = new URLSearchParams(location.search).get("tour") === "1";
    const [kept, complete] = asked ? [] : (recall(this.memory) ?? "").split(" ");
    if (steps.length && kept !== DONE) this.go(Math.min(Number(kept) || 0, steps.length - 1), complete === DONE);
  }

  get step() {
    return this.steps[this.index];
  }

  async go(index, complete = false) {
    this.phone?.compose.unfill(this.step?.words);
    this.index = index;
    Object.assign(this, { acted: false, answered: false, complete, heardWords: "" });
    this.keep();
    this.draw();
    await this.prepare(this.step);
    this.aim();
    this.takeFocus();
  }

  /** Remember where one is, also through a change of language. */
  keep() {
    remember(this.memory, this.complete ? `${this.index} ${DONE}` : String(this.index));
  }

  /** Have the right person on a phone, in front on a narrow screen, with the words in place. */
  async prepare(step) {
    if (!step.userid) return;
    const { phones, bringForward } = this.page;
    const shown = phones.find((phone) => phone.owns(step));
    const phone = (step.phone ? phones[step.phone - 1] : shown) ?? phones.at(-1);
    this.phone = phone;
    if (!phone.owns(step)) await phone.show(at(step), true);
    bringForward(phone);
    if (step.words && this.step === step && !this.complete) phone.compose.prefill(step.words);
  }

  /** Point at what is to be done, or, once it is done, at what is to be looked at. */
  aim() {
    const step = this.step;
    if (!step) return;
    const doing = !this.complete && hasTask(step);
    if (!doing && (step.look === "happened" || step.look === "faults")) this.page.open(step.look);
    point((doing ? tool : sight)(step, this.phone));
  }

  /** Have the keyboard at what the step asks for, then at the way onward; never take it from somebody who types. */
  takeFocus() {
    const here = document.activeElement;
    if (!this.step || here?.value || here?.closest(".drawer")) return;
    const doing = !this.complete && hasTask(this.step);
    control(doing ? tool(this.step, this.phone) : this.node).focus({ preventScroll: true });
  }

  // What the page hears.

  heard(bubble) {
    if (!this.step) return;
    if (this.complete) {
      requestAnimationFrame(() => this.aim());
      return;
    }
    const here = this.isHere(bubble);
    if (bubble.side === "person" && here && this.step.words) this.acted = true;
    if (bubble.side === "app") {
      this.heardWords += JSON.stringify(bubble.body);
      if (this.acted && here) this.answered = true;
    }
    this.check();
  }

  gesture(trail) {
    if (this.step?.button && trail.kind === "tap" && this.isHere(trail) && trail.arrived) this.did();
  }

  clockMoved() {
    if (this.step && Object.keys(this.step.clock).length) this.did();
  }

  did() {
    this.acted = true;
    this.answered = true;
    this.check();
  }

  isHere({ userid, corp, agent }) {
    return this.step.userid === userid && this.step.corp === corp && this.step.agent === agent;
  }

  check() {
    const { expect } = this.step;
    const done = this.acted && (expect ? this.heardWords.includes(expect) : this.answered);
    if (done && !this.complete) {
      this.complete = true;
      this.keep();
      this.draw();
      this.takeFocus();
    }
    // A card that is redrawn is another node.
    requestAnimationFrame(() => this.aim());
  }

  end() {
    remember(this.memory, DONE);
    this.phone?.compose.unfill(this.step.words);
    this.index = -1;
    unpoint();
    this.node.hidden = true;
    document.getElementById("replay").focus();
  }

  draw() {
    this.node.hidden = false;
    const isLast = this.index === this.steps.length - 1;
    this.node.replaceChildren(...drawStep(this.step, this, {
      next: () => (isLast ? this.end() : this.go(this.index + 1)),
      end: isLast ? null : () => this.end(),
    }));
  }
}
