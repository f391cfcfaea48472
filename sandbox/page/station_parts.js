// What the platform itself saw of a gesture: the callback as it went over the wire, its content, what came back.

import { el, icon } from "./dom.js";
import { t } from "./lang.js";

/** One POST of the callback. */
export function letter(one, index) {
  const good = one.status === 200;
  return el("div", { class: "letter" },
    el("p", { class: "wire" }, el("code", {}, `POST ${one.path}`),
      el("span", { class: `chip ${good ? "good" : "bad"}` }, one.word), el("span", { class: "ms" }, t("{ms} 毫秒", { ms: one.ms }))),
    el("dl", { class: "facts" },
      fact(t("第几次"), index + 1), fact(t("大小"), t("{size} 字节", { size: one.size })),
      fact("msg_signature", short(one.signature)), fact("timestamp · nonce", `${one.timestamp} · ${one.nonce}`)),
    el("p", { class: "cipher" }, icon("lock"), el("code", {}, one.encrypted)));
}

export function fact(name, value) {
  return el("div", {}, el("dt", {}, name), el("dd", {}, value));
}

function short(text) {
  return text.length > 20 ? `${text.slice(0, 20)}…` : text;
}

const LONGEST = 120;

/** The decrypted event: the fields of its XML, and under which key the bot will know it for ever. */
export function heardEvent({ plaintext }, told) {
  const fields = leaves(plaintext).map(([name, value]) =>
    fact(name, [...value].length > LONGEST ? `${[...value].slice(0, LONGEST).join("")}…` : value));
  return [
    el("dl", { class: "facts mono" }, fields),
    told?.event?.key && el("p", { class: "key" }, t("小二认它的名字："), el("code", {}, told.event.key), el("br"),
      el("small", {}, t("同一个名字再来，只算一次。"))),
    el("details", { "data-name": "xml" }, el("summary", {}, t("明文 XML")), el("pre", {}, plaintext)),
  ];
}

/** Name and text of every element without children. */
function leaves(xml) {
  const root = new DOMParser().parseFromString(xml, "text/xml").documentElement;
  return [...root.querySelectorAll("*")].filter((node) => node.children.length === 0 && node.textContent.trim())
    .map((node) => [node.tagName, node.textContent.trim()]);
}

/** How long after the gesture a moment of real time was. */
export function offset(moment, trail) {
  if (!moment) return "";
  const ms = Math.round(Date.parse(moment) - Date.parse(trail.began));
  return Math.abs(ms) < 10_000 ? t("+{ms} 毫秒", { ms }) : t("+{s} 秒", { s: Math.round(ms / 1000) });
}

const KINDS = { send: "新消息", update: "更新卡片", passive: "当场回复" };

/** One message or update as the platform accepted it. */
export function arrival(one, trail) {
  return el("div", { class: "arrival" },
    el("span", { class: "chip" }, t(KINDS[one.kind])),
    el("span", { class: "title" }, `${one.names.join("、")}：${one.title || one.msgtype}`),
    el("span", { class: "ms" }, offset(one.at, trail)));
}
