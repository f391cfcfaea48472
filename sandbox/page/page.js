// The page: two or three phones beside each other, fed by the sandbox.

import { addLine, showFaults, startBehind } from "./behind.js";
import { setClock, startClock } from "./clock.js";
import { el, toast } from "./dom.js";
import { at, drawOthers, find, missed, seen, setPeople } from "./people.js";
import { Phone } from "./phone.js";
import { get, listen } from "./server.js";

const phones = [];
const tabs = document.getElementById("tabs");

let drawn = "";

function changed() {
  for (const phone of phones) if (phone.person) seen(phone.person);
  drawOthers(open);
  const wanted = JSON.stringify(phones.map((phone) => [phone.person?.name, phone.unread, phone === front()]));
  if (wanted === drawn) return;
  drawn = wanted;
  tabs.replaceChildren(...phones.map((phone, index) => el("button", {
    type: "button", "aria-current": String(phone === front()), onclick: () => bringForward(index),
  }, phone.person?.name ?? "…", phone.unread > 0 && el("b", { "aria-label": `${phone.unread} 条未读` }, phone.unread))));
}

function front() {
  return phones.find((phone) => phone.node.classList.contains("front"));
}

function bringForward(index) {
  for (const [number, phone] of phones.entries()) phone.node.classList.toggle("front", number === index);
  phones[index].toEnd();
  changed();
}

/** Put somebody with unread messages on the phone in front, or on the last one where all are visible. */
function open(person) {
  const inTabs = getComputedStyle(tabs).display !== "none";
  (inTabs ? front() : phones.at(-1)).show(person, false);
}

function receive(bubble) {
  const phone = phones.find((one) => one.owns(bubble));
  if (phone) phone.receive(bubble);
  else if (bubble.side === "app" && !bubble.recalled) missed(bubble);
  drawOthers(open);
}

async function start() {
  const state = await get("/sandbox/state");
  setPeople(state.people);
  setClock(state.clock);
  startBehind(state.journal, state.faults);
  startClock();
  for (const [index] of state.phones.entries()) phones.push(new Phone(index + 1, { choose: find, changed }));
  document.getElementById("phones").append(...phones.map((phone) => phone.node));
  phones[0]?.node.classList.add("front");
  listen({ bubble: receive, clock: setClock, journal: addLine, faults: showFaults }, again);
  await Promise.all(phones.map((phone, index) => phone.show(at(state.phones[index]), false)));
}

async function again() {
  const state = await get("/sandbox/state");
  setPeople(state.people);
  setClock(state.clock);
  startBehind(state.journal, state.faults);
  await Promise.all(phones.map((phone) => phone.load()));
}

document.addEventListener("visibilitychange", () => {
  for (const phone of phones) if (!document.hidden && phone.atEnd()) phone.read();
});

start().catch((problem) => toast(problem.message));
