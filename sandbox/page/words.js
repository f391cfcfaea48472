// Text and markdown as WeCom draws them: links and quotes in text, and the small markdown subset of app messages.

import { el, link } from "./dom.js";

const COLOURS = new Set(["info", "comment", "warning"]);
const INLINE = new RegExp(
  [
    "\\*\\*(?<bold>.+?)\\*\\*",
    "`(?<code>[^`]+)`",
    "\\[(?<label>[^\\]]*)\\]\\((?<address>[^)\\s]+)\\)",
    '<font color="(?<colour>\\w+)">(?<coloured>.*?)</font>',
  ].join("|"),
  "g",
);
const ANCHOR = /<a href="(?<address>[^"]*)">(?<label>.*?)<\/a>|(?<bare>https?:\/\/[^\s<>"，。；）]+)/g;

// How a client spells an answer to a quoted message; no field of the callback tells it apart.
const RULE = "- - - - - - - - - - - - - - -";
const QUOTED = /^「(?<who>[^：」]{1,40})：(?<words>[^]*?)」\n(?:- ?){5,}\n(?<rest>[^]*)$/;
const LONGEST = 80;

/** The text that answers a message `{who, words}`. */
export function quoting({ who, words }, answer) {
  return `「${who}：${words}」\n${RULE}\n${answer}`;
}

/** The beginning of what a bubble says, in one line. */
export function shortWords({ kind, body }) {
  const words = body.content ?? body.main_title?.title ?? body.title ?? body.label ?? body.name ?? `［${kind}］`;
  const line = words.replace(/\s+/g, " ").trim();
  return [...line].length > LONGEST ? `${[...line].slice(0, LONGEST).join("")}…` : line;
}

/** A text message, with the message it quotes above it. */
export function said(text) {
  const match = QUOTED.exec(text);
  if (!match) return plain(text);
  const { who, words, rest } = match.groups;
  const whole = plain(rest);
  whole.prepend(el("blockquote", { class: "cited" }, `${who}：${words}`));
  return whole;
}

/** A text message: line breaks stay, `<a href>` and bare addresses become links. */
export function plain(text) {
  return el("div", { class: "text" }, ...pieces(text.trimEnd(), ANCHOR, ({ address, label, bare }) =>
    link(label ?? bare, address ?? bare)));
}

/** A markdown message. */
export function markdown(text) {
  return el("div", { class: "markdown" }, ...text.split("\n").map(line));
}

function line(text) {
  const heading = /^(#{1,6}) (.*)$/.exec(text);
  if (heading) return el("p", { class: `heading h${heading[1].length}` }, ...inline(heading[2]));
  const quote = /^> ?(.*)$/.exec(text);
  if (quote) return el("blockquote", {}, ...inline(quote[1]));
  return el("p", {}, ...inline(text));
}

function inline(text) {
  return pieces(text, INLINE, ({ bold, code, label, address, colour, coloured }) => {
    if (bold != null) return el("strong", {}, ...inline(bold));
    if (code != null) return el("code", {}, code);
    if (address != null) return link(label, address);
    return el("span", { class: COLOURS.has(colour) ? `font-${colour}` : "" }, ...inline(coloured));
  });
}

/** The text cut at every match, each match replaced by what `draw` makes of its groups. */
function pieces(text, pattern, draw) {
  const nodes = [];
  let from = 0;
  for (const match of text.matchAll(pattern)) {
    nodes.push(text.slice(from, match.index), draw(match.groups));
    from = match.index + match[0].length;
  }
  return [...nodes, text.slice(from)];
}
