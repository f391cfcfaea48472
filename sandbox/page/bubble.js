// One message on a phone: text, markdown, card, picture, file, voice, place, link.

import { drawCard } from "./card.js";
import { el, icon, link } from "./dom.js";
import { t } from "./lang.js";
import { avatar } from "./people.js";
import { markdown, said } from "./words.js";

/** The list item of a bubble. `person` is whose phone it is; `acts` are tap, look and quote. */
export function drawBubble(bubble, person, acts) {
  if (bubble.recalled) {
    return el("li", { class: "notice", "data-number": bubble.number }, t("{app} 撤回了一条消息", { app: person.app_name }));
  }
  const mine = bubble.side === "person";
  const who = mine ? person.name : person.app_name;
  const tap = (key, selected) => acts.tap(bubble, key, selected);
  const content = bubble.kind === "template_card" ? drawCard(bubble, tap) : drawContent(bubble);
  return el("li", { class: `bubble ${mine ? "mine" : "theirs"} is-${bubble.kind}`, "data-number": bubble.number, tabindex: "-1" },
    mine ? avatar(who) : el("img", { class: "avatar", src: "/page/icon.svg", alt: "", width: 38, height: 38 }),
    el("div", { class: "said" },
      el("span", { class: "sr" }, `${who}：`),
      content,
      bubble.problem && el("p", { class: "problem", role: "alert" }, t("没有送到：{why}", { why: bubble.problem }))),
    marks(bubble, acts));
}

/** The two small marks beside a bubble. With the keyboard, Enter and Q on the bubble do the same. */
function marks(bubble, acts) {
  const mark = (name, label, onclick) =>
    el("button", { type: "button", class: `mark mark-${name}`, tabindex: "-1", title: label, "aria-label": label, onclick }, icon(name));
  return el("span", { class: "beside-it" },
    mark("reply", t("引用"), () => acts.quote(bubble)),
    bubble.trail > 0 && mark("pulse", t("刚才发生了什么"), () => acts.look(bubble)));
}

function drawContent({ kind, body }) {
  const file = `/sandbox/media/${encodeURIComponent(body.media_id ?? "")}`;
  switch (kind) {
    case "text": return said(body.content);
    case "markdown": return markdown(body.content);
    case "image": return el("img", { class: "photo", src: file, alt: body.name || t("图片") });
    case "voice": return el("span", { class: "voice" }, icon("mic"), voiceLength(body.name), body.words && el("small", {}, body.words));
    case "video":
    case "file": return el("a", { class: "file", href: file, download: true }, icon("file"), body.name || body.title || t("文件"));
    case "location": return el("span", { class: "place" }, el("span", {}, icon("pin"), body.label || t("位置")),
      el("small", {}, `${body.latitude}, ${body.longitude}`));
    case "link": return el("span", { class: "shared" }, link(body.title, body.url), el("small", {}, body.description));
    case "textcard": return textcard(body);
    case "news":
    case "mpnews": return el("div", { class: "news" }, ...body.articles.map((article) =>
      el("p", {}, link(article.title, article.url), el("small", {}, article.description ?? ""))));
    default: return el("span", { class: "text" }, `［${kind}］`);
  }
}

/** The sandbox's own voice messages carry their length in their name. */
function voiceLength(name) {
  const seconds = /^(\d+)s\.amr$/.exec(name ?? "");
  return seconds ? ` ${seconds[1]}″` : ` ${t("语音")}`;
}

function textcard(body) {
  const words = body.description.replace(/<br\s*\/?>/g, "\n").replace(/<\/?div[^>]*>/g, "");
  return el("div", { class: "card" }, el("div", { class: "titles" }, el("h3", {}, body.title)),
    el("p", { class: "sub" }, words), el("div", { class: "jump" }, link(body.btntxt, body.url)));
}
