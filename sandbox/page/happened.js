// "What just happened": seven stations from the encrypted callback to the delivered message, for one gesture.

import { onChain } from "./chain.js";
import { afterQuiet, el } from "./dom.js";
import { t } from "./lang.js";
import { get } from "./server.js";
import { drawStations } from "./stations.js";

const QUIET = 150;
const AGAIN = 700; // Messages are on their way for a moment; then their times are known.

export class Happened {
  constructor(node) {
    this.node = node;
    this.pinned = null;
    this.latest = 0;
    this.refresh = afterQuiet(QUIET, () => this.load());
    this.later = afterQuiet(AGAIN, () => this.load());
    this.empty();
  }

  /** The newest gesture there is; it is shown unless one was picked. */
  newest(trail) {
    this.latest = trail;
    if (!this.pinned) this.refresh();
  }

  /** Somebody did something. Opening a conversation is not worth a panel. */
  began({ trail, kind }) {
    if (kind !== "enter" && trail > this.latest) {
      this.latest = trail;
      this.pinned = null;
    }
    this.moved(trail);
  }

  /** More is to be seen of a gesture. */
  moved(trail) {
    if (trail !== (this.pinned?.trail ?? this.latest)) return;
    this.refresh();
    this.later();
  }

  /** What was behind this bubble. */
  show(bubble) {
    this.pinned = { trail: bubble.trail, card: bubble.side === "app" ? bubble.task_id : "" };
    this.load();
  }

  async load() {
    const wanted = this.pinned ?? { trail: this.latest, card: "" };
    if (this.node.offsetParent === null || !wanted.trail) return;
    const mine = {};
    this.loading = mine;
    const story = await get(`/sandbox/happened?${new URLSearchParams(wanted)}`).catch((problem) => problem);
    if (this.loading !== mine) return;
    if (story instanceof Error) this.empty(story.message);
    else this.draw(story);
  }

  draw(story) {
    const { trail, who } = story;
    const open = new Set([...this.node.querySelectorAll("details[open]")].map((one) => one.dataset.name));
    const stations = drawStations(story);
    const whose = [who?.name, who?.unit, who?.title].filter(Boolean).join(" · ");
    const scrolled = this.shown === trail.number ? this.node.scrollTop : 0;
    this.node.replaceChildren(
      el("header", { class: "deed" }, el("p", { class: "deed-who" }, whose || t("业务时钟")),
        el("p", { class: "deed-words" }, deed(trail))),
      onChain(stations),
      el("ol", { class: "stations" }, stations.map((station) => station.node)));
    for (const details of this.node.querySelectorAll("details")) details.open = open.has(details.dataset.name);
    this.shown = trail.number;
    this.node.scrollTop = scrolled;
  }

  empty(words) {
    this.node.replaceChildren(el("p", { class: "nothing" },
      words ?? t("说一句话，或点一张卡片上的按钮：这里会一站一站地显示它怎样变成数据和消息。")));
  }
}

function deed({ kind, words }) {
  if (kind === "tap") return t("点了【{words}】", { words });
  if (kind === "clock") return t("时钟拨到 {words}", { words: words.slice(0, 16).replace("T", " ") });
  return kind === "enter" ? t("打开了对话") : words;
}
