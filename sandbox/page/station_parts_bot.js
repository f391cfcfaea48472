// What the bot tells of a gesture: the rights that held, the rows that changed, the messages it queued and sent.

import { day, timeOfDay } from "./clock.js";
import { el } from "./dom.js";
import { t } from "./lang.js";
import { fact, offset } from "./station_parts.js";

const ROWS = {
  own: "只有自己的", unit: "本单元及以下", company: "全公司", business_group: "整个事业群", group: "全集团", summary: "只有合计",
  company_names: "公司名与联系窗口", payments: "合同与回款的金额", none: "没有",
};

/** Who it was, and what each role opens. */
export function rights({ rights: held, outcome }) {
  const roles = held.roles ?? [];
  return [
    el("p", { class: "actor" }, el("strong", {}, held.person || t("没有对上的账号")), held.unit && ` · ${held.unit}`),
    el("ul", { class: "roles" },
      roles.map((one) => el("li", {}, el("code", {}, `${one.role}@${one.unit}`),
        el("span", {}, t("看得见：{rows}", { rows: t(ROWS[one.rows] ?? one.rows) }))),
      ),
      el("li", { class: "baseline" }, el("code", {}, "own"), el("span", {}, t("人人都有：自己的、经手的、共享给自己的")))),
    outcome?.refused && el("p", { class: "refused" }, t("被拒绝：{why}", { why: outcome.refused })),
  ];
}

const WHAT = { created: "新建", changed: "改动", deleted: "删除" };
const SHOWN = 8;

/** One row: its fields, old → new. */
export function change(one, index) {
  const fields = Object.entries(one.fields ?? {});
  const rows = fields.map(([name, [old, fresh]]) => el("div", {}, el("dt", {}, name), el("dd", {},
    old != null && old !== "" && [el("del", {}, text(old)), el("span", { class: "to", "aria-label": t("变成") }, " → ")],
    el("ins", {}, fresh == null || fresh === "" ? t("（空）") : text(fresh)))));
  return el("div", { class: `row-card is-${one.what}` },
    el("p", { class: "row-head" }, el("code", {}, one.noun), el("strong", {}, one.code),
      el("span", { class: "chip" }, t(WHAT[one.what] ?? one.what))),
    rows.length === 0 && el("p", { class: "hint" }, t("只动了内部的记号，例如“提醒过了”。")),
    el("dl", { class: "fields" }, rows.slice(0, SHOWN)),
    rows.length > SHOWN && el("details", { "data-name": `row-${index}` },
      el("summary", {}, t("还有 {count} 个字段", { count: rows.length - SHOWN })), el("dl", { class: "fields" }, rows.slice(SHOWN))));
}

const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)$/;

function text(value) {
  if (typeof value === "string" && INSTANT.test(value)) return `${day(Date.parse(value))} ${timeOfDay(Date.parse(value))}`;
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}

const STATES = { pending: "在等", sent: "已送", dead: "放弃", dropped: "不该再看" };
const KINDS = { reply: "回复", push: "通知", update: "更新卡片" };

/** One message of the outbox. */
export function message(one, trail) {
  const took = one.queued_at && one.sent_at ? Math.max(0, Math.round(Date.parse(one.sent_at) - Date.parse(one.queued_at))) : null;
  return el("div", { class: `message is-${one.state}` },
    el("p", { class: "row-head" }, el("span", { class: "chip" }, t(KINDS[one.kind] ?? one.kind)), el("strong", {}, one.to),
      el("code", {}, one.card), el("span", { class: `chip ${one.state === "sent" ? "good" : ""}` }, t(STATES[one.state] ?? one.state))),
    el("dl", { class: "facts" },
      one.queued_at && fact(t("排队"), offset(one.queued_at, trail)),
      one.sent_at && fact(t("送到"), offset(one.sent_at, trail)),
      took != null && fact(t("路上"), t("{ms} 毫秒", { ms: took })),
      one.attempts > 1 && fact(t("试了"), t("{count} 次", { count: one.attempts })),
      one.reason && fact(t("原因"), one.reason)));
}
