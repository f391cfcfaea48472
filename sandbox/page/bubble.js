// One message on a phone: text, markdown, card, picture, file, voice, place, link.

import { drawCard } from "./card.js";
import { el, link } from "./dom.js";
import { markdown, plain } from "./words.js";

/** The list item of a bubble. `person` is whose phone it is; `tap(key, selected)` taps a card. */
export function drawBubble(bubble, person, tap) {
  if (bubble.recalled) {
    return el("li", { class: "notice", "data-number": bubble.number }, `${person.app_name} 撤回了一条消息`);
  }
  const mine = bubble.side === "person";
  const who = mine ? person.name : person.app_name;
  const content = bubble.kind === "template_card" ? drawCard(bubble, tap) : drawContent(bubble);
  return el("li", { class: `bubble ${mine ? "mine" : "theirs"} is-${bubble.kind}`, "data-number": bubble.number },
    avatar(who, mine),
    el("div", { class: "said" },
      el("span", { class: "sr" }, `${who}：`),
      content,
      bubble.problem && el("p", { class: "problem", role: "alert" }, `没有送到：${bubble.problem}`)));
}

function avatar(name, mine) {
  if (!mine) return el("img", { class: "avatar", src: "/page/icon.svg", alt: "", width: 38, height: 38 });
  const hue = [...name].reduce((sum, letter) => sum + letter.codePointAt(0), 0) % 6;
  return el("span", { class: `avatar hue-${hue}`, "aria-hidden": "true" }, [...name].slice(-2).join(""));
}

function drawContent({ kind, body }) {
  const file = `/sandbox/media/${encodeURIComponent(body.media_id ?? "")}`;
  switch (kind) {
    case "text": return plain(body.content);
    case "markdown": return markdown(body.content);
    case "image": return el("img", { class: "photo", src: file, alt: body.name || "图片" });
    case "voice": return el("span", { class: "voice" }, "🔊 语音");
    case "video":
    case "file": return el("a", { class: "file", href: file, download: true }, `📄 ${body.name || body.title || "文件"}`);
    case "location": return el("span", { class: "place" }, `📍 ${body.label || "位置"}`,
      el("small", {}, `${body.latitude}, ${body.longitude}`));
    case "link": return el("span", { class: "shared" }, link(body.title, body.url), el("small", {}, body.description));
    case "textcard": return textcard(body);
    case "news":
    case "mpnews": return el("div", { class: "news" }, ...body.articles.map((article) =>
      el("p", {}, link(article.title, article.url), el("small", {}, article.description ?? ""))));
    default: return el("span", { class: "text" }, `［${kind}］`);
  }
}

function textcard(body) {
  const words = body.description.replace(/<br\s*\/?>/g, "\n").replace(/<\/?div[^>]*>/g, "");
  return el("div", { class: "card" }, el("div", { class: "titles" }, el("h3", {}, body.title)),
    el("p", { class: "sub" }, words), el("div", { class: "jump" }, link(body.btntxt, body.url)));
}
