// The seven stations. Each is drawn from what the platform saw (`trail`, `deliveries`) and what the bot explains.

import { el } from "./dom.js";
import { t } from "./lang.js";
import { arrival, heardEvent, letter } from "./station_parts.js";
import { change, message, rights } from "./station_parts_bot.js";
import { understanding } from "./sentence.js";

/** All seven: `{node, state}` with state done, none (nothing happened there) or dark (nobody explains it). */
export function drawStations(story) {
  const { trail, explained: told, deliveries } = story;
  const changes = (told?.changes ?? []).filter((one) => one.noun);
  const isClock = trail.kind === "clock";
  const unseen = isClock ? t("时钟触发的，没有一句话可讲。") : story.explains ? t("小二没有为它留下记录。") : t("没有接上讲解：这一站在小二里面，平台看不见。");
  const hint = (words) => el("p", { class: "hint" }, words);
  const list = (items, draw, none) => (items.length ? items.map(draw) : hint(told ? none : unseen));
  const contents = [
    isClock ? hint(t("没有回调：时钟一动，小二自己醒来看什么到期了。"))
      : trail.tries.map(letter),
    isClock ? hint(t("没有事件。")) : heardEvent(trail, told),
    told && !isClock ? understanding(told, trail) : hint(unseen),
    told?.rights ? rights(told) : hint(told && isClock ? t("没有人在问：每条消息送出时，按收信人看得见的来画。") : unseen),
    list(changes, change, told?.outcome?.refused ? t("没有写：被拒绝的事不留下结果。") : isClock ? t("没有到期的事，什么都没有写。") : t("没有写任何行：只是看看。")),
    list(told?.changes ?? [], auditLine, t("没有改动，所以没有审计行。")),
    [told?.messages?.length ? told.messages.map((one) => message(one, trail)) : null,
      deliveries.length > 0 && el("p", { class: "sub-head" }, t("平台收到")),
      deliveries.map((one) => arrival(one, trail)),
      !told?.messages?.length && !deliveries.length && hint(t("没有消息要发。"))],
  ];
  const states = [
    trail.tries.length, trail.plaintext, told?.event, told?.rights, changes.length, told?.changes?.length,
    deliveries.length || told?.messages?.length,
  ];
  return TITLES.map(([title, names, folder], index) =>
    station(index, { title, names, folder, content: contents[index], done: Boolean(states[index]), dark: !told }));
}

// Title, its names in the drawing, and where in the code it lives.
const TITLES = [
  ["加密的回调", "callback", "bot/platforms"],
  ["解密后的事件", "verify, decrypt → event", "bot/platforms"],
  ["听懂了什么", "command | tap", "handlers/language, grammar"],
  ["用了什么权限", "actor, scope", "bot/pipeline · storage/scope"],
  ["写了哪些行", "handler → rows", "handlers/ → storage/"],
  ["审计行", "audit", "storage/audit"],
  ["排队并送出的消息", "cards → delivery", "cards/ → bot/delivery"],
];
const INSIDE = new Set([3, 4, 5]); // Between inbox and outbox: one transaction.

function station(index, { title, names, folder, content, done, dark }) {
  const state = done ? "done" : dark && index > 1 && index < 6 ? "dark" : "none";
  const node = el("li", { class: `station ${state}${INSIDE.has(index) ? " inside" : ""}`, tabindex: "-1" },
    el("span", { class: "dot", "aria-hidden": "true" }, index + 1),
    index === 3 && el("p", { class: "bracket" }, t("一个事务：收件箱 + 结果 + 审计 + 发件箱")),
    el("h3", {}, t(title), " ", el("code", { class: "drawing" }, names)),
    el("p", { class: "folder" }, folder),
    el("div", { class: "content" }, content));
  return { node, state };
}

function auditLine(one) {
  return el("p", { class: "audit" },
    el("span", { class: "audit-no" }, `#${one.audit}`),
    el("span", {}, `${one.action} · ${one.door}${one.noun ? "" : ` · ${one.what}`}`),
    el("code", {}, `MAC ${one.mac}…`));
}
