// Switches for the platform's troubles, and the count that shows that nothing is lost or doubled.

import { afterQuiet, el, icon } from "./dom.js";
import { t } from "./lang.js";
import { get, post } from "./server.js";

const WAIT = 1500;

export class Faults {
  constructor(node) {
    this.node = node;
    this.on = el("ul", { class: "switches", "aria-label": t("故障开关") });
    this.verdict = el("div", { class: "verdict", role: "status" });
    this.board = el("dl", { class: "board" });
    this.moved = afterQuiet(200, () => this.count());
    node.append(
      el("p", { class: "lead" }, t("打开几个，再说一句话或点一张卡片：消息会晚到，但不会丢，也不会到两次。")),
      this.verdict,
      this.on,
      el("div", { class: "row-of" },
        el("button", { type: "button", onclick: () => post("/sandbox/fault", { kind: "redeliver" }) }, t("重发上一个回调")),
        el("button", { type: "button", class: "calm", onclick: () => post("/sandbox/reset-faults", {}) }, t("全部恢复正常"))),
      this.board);
  }

  show({ switches }) {
    const rows = switches.map((one) => {
      const id = `switch-${one.name}`;
      const flip = (event) =>
        post("/sandbox/switch", { name: one.name, on: event.currentTarget.getAttribute("aria-checked") !== "true" });
      return el("li", {},
        el("button", { type: "button", role: "switch", id, "aria-checked": String(one.on), "aria-describedby": `${id}-about`,
          onclick: flip }, el("span", { class: "knob", "aria-hidden": "true" }), t(one.words)),
        el("small", { id: `${id}-about` }, t(one.about)));
    });
    const focused = document.activeElement?.id;
    this.on.replaceChildren(...rows);
    if (focused?.startsWith("switch-")) document.getElementById(focused)?.focus();
    const number = switches.filter((one) => one.on).length;
    document.getElementById("open-faults").classList.toggle("alarm", number > 0);
  }

  /** Count anew; as long as something waits, again after a while. */
  async count() {
    if (this.node.offsetParent === null) return;
    const tally = await get("/sandbox/tally").catch(() => null);
    if (!tally) return;
    this.draw(tally);
    clearTimeout(this.waiting);
    if (tally.bot?.waiting > 0) this.waiting = setTimeout(() => this.count(), WAIT);
  }

  draw(tally) {
    const bot = tally.bot ?? {};
    const numbers = [
      [t("人做了"), tally.gestures, t("平台送出 {count} 个回调", { count: tally.posts })],
      "events" in bot && [t("小二记下"), bot.events, t("同一个回调再来，也只记一次")],
      "queued" in bot && [t("小二排队"), bot.queued, t("与结果在同一个事务里")],
      [t("平台收下"), tally.delivered, t("另有 {count} 次更新卡片", { count: tally.updates })],
      "waiting" in bot && [t("还在等"), bot.waiting, t("会再试，直到送到")],
      [t("卡片"), tally.cards, t("不同的 task_id：{count}", { count: tally.task_ids })],
      [t("拦下的重复"), tally.repeats, t("应答丢了又发的，平台认得出")],
      [t("限流丢弃"), tally.dropped, t("平台对一人一分钟最多 30 条")],
    ].filter(Boolean);
    this.board.replaceChildren(...numbers.map(([words, count, about]) =>
      el("div", {}, el("dt", {}, words), el("dd", {}, el("strong", {}, count), el("small", {}, about)))));
    const lost = (bot.dead ?? 0) + tally.dropped;
    const doubled = tally.doubled + (tally.cards - tally.task_ids);
    const waiting = bot.waiting ?? 0;
    this.verdict.replaceChildren(
      line(lost === 0, waiting ? t("没有丢：{count} 条在等着再送", { count: waiting }) : t("没有丢"), t("丢了 {count} 条", { count: lost })),
      line(doubled === 0, t("没有重复"), t("重复了 {count} 条", { count: doubled })));
  }
}

function line(good, words, otherwise) {
  return el("span", { class: good ? "good" : "bad" }, icon(good ? "check" : "close"), good ? words : otherwise);
}
