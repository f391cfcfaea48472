// Behind the phones: the journal between platform and bot, and switches for its troubles.

import { el } from "./dom.js";
import { post } from "./server.js";

const LINES = 200;
const SWITCHES = [
  ["应答丢失一次", { kind: "lose_answer", path: "message" }],
  ["平台 503 三次", { kind: "http", times: 3 }],
  ["慢 3 秒", { kind: "slow", seconds: 3 }],
  ["限流一次", { kind: "rate_limited" }],
  ["令牌过期", { kind: "expire_tokens" }],
  ["回调应答丢失", { kind: "lose_callback_answer" }],
  ["重投上一条", { kind: "redeliver" }],
];

/** Draw the switches and the lines so far. */
export function startBehind(lines, faults) {
  const buttons = SWITCHES.map(([text, body]) =>
    el("button", { type: "button", onclick: () => post("/sandbox/fault", body) }, text));
  const calm = el("button", { type: "button", class: "calm", onclick: () => post("/sandbox/reset-faults", {}) }, "恢复正常");
  document.getElementById("faults").replaceChildren(...buttons, calm, el("span", { id: "on", role: "status" }));
  document.getElementById("journal").replaceChildren();
  for (const line of lines) addLine(line);
  showFaults({ faults });
}

export function showFaults({ faults }) {
  document.getElementById("on").textContent = faults.length ? `还有 ${faults.length} 个故障未发生` : "";
}

export function addLine(entry) {
  const list = document.getElementById("journal");
  const time = new Date(entry.at).toLocaleTimeString("zh-CN", { hourCycle: "h23" });
  const took = entry.detail.ms == null ? "" : `${entry.detail.ms} 毫秒`;
  list.append(el("li", { class: `is-${entry.kind}` },
    el("time", { datetime: entry.at }, time), el("span", {}, entry.words), el("small", {}, took)));
  while (list.childElementCount > LINES) list.firstElementChild.remove();
  list.scrollTop = list.scrollHeight;
  document.getElementById("latest").textContent = entry.words;
}
