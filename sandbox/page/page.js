// The page: two or three phones beside each other, what happens behind them, and the guided first minute.

import { setClock, startClock } from "./clock.js";
import { el, toast } from "./dom.js";
import { Drawer } from "./drawer.js";
import { Faults } from "./faults.js";
import { mendFonts } from "./fonts.js";
import { Happened } from "./happened.js";
import { addLine, startJournal, toNewest } from "./journal.js";
import { t, translateDocument } from "./lang.js";
import { found, greet, lost } from "./notices.js";
import { at, badge, drawOthers, missed, seen, setPeople } from "./people.js";
import { Phone } from "./phone.js";
import { get, listen } from "./server.js";
import { Tour } from "./tour.js";

const phones = [];
const tabs = document.getElementById("tabs");
const shown = { happened: () => happened.refresh(), faults: () => faults.count(), "journal-sheet": toNewest };
const drawer = new Drawer((name) => shown[name]());
const happened = new Happened(document.getElementById("happened"));
const faults = new Faults(document.getElementById("faults"));
const tour = new Tour(document.getElementById("tour"), { phones, bringForward, open: (name) => drawer.open(name) });

let drawn = "";
let run = "";

function changed() {
  for (const phone of phones) if (phone.person) seen(phone.person);
  drawOthers(open);
  const wanted = JSON.stringify(phones.map((phone) => [phone.person?.name, phone.unread, phone === front()]));
  if (wanted === drawn) return;
  drawn = wanted;
  tabs.replaceChildren(...phones.map((phone) => el("button", {
    type: "button", "aria-current": String(phone === front()), onclick: () => bringForward(phone),
  }, phone.person?.name ?? "…", badge(phone.unread))));
}

function front() {
  return phones.find((phone) => phone.node.classList.contains("front"));
}

function bringForward(chosen) {
  for (const phone of phones) phone.node.classList.toggle("front", phone === chosen);
  chosen.talk.toEnd();
  changed();
}

/** Put somebody with unread messages on the phone in front, or on the last one where all are visible. */
function open(person) {
  const inTabs = getComputedStyle(tabs).display !== "none";
  (inTabs ? front() : phones.at(-1)).show(person, false);
}

function receive(bubble) {
  const phone = phones.find((one) => one.owns(bubble));
  if (phone) phone.talk.receive(bubble);
  else if (bubble.side === "app" && !bubble.recalled) missed(bubble);
  drawOthers(open);
  tour.heard(bubble);
  happened.moved(bubble.trail);
  faults.moved();
}

function look(bubble) {
  drawer.open("happened");
  happened.show(bubble);
}

function take(state) {
  setPeople(state.people);
  setClock(state.clock);
  startJournal(state.journal);
  faults.show(state);
  happened.newest(state.newest);
}

async function start() {
  translateDocument();
  mendFonts();
  const state = await get("/sandbox/state");
  run = state.run;
  take(state);
  startClock();
  greet();
  for (const [index] of state.phones.entries()) phones.push(new Phone(index + 1, { look, changed }));
  for (const phone of phones) {
    phone.compose.suggestions.enable(state.suggest);
    phone.compose.tray.places = state.places;
  }
  document.getElementById("phones").append(...phones.map((phone) => phone.node));
  phones[0]?.node.classList.add("front");
  listen({
    bubble: receive,
    clock: (view) => { setClock(view); tour.clockMoved(); },
    journal: (entry) => { addLine(entry); faults.moved(); },
    faults: (view) => faults.show(view),
    trail: (trail) => { happened.began(trail); tour.gesture(trail); },
  }, { lost, again: () => again().catch(lost) });
  await Promise.all(phones.map((phone, index) => phone.show(at(state.phones[index]), false)));
  tour.begin(state.tour, state.connections[0]?.corp ?? "");
}

async function again() {
  const state = await get("/sandbox/state");
  found(state.run === run);
  if (state.run !== run) return;
  take(state);
  await Promise.all(phones.map((phone) => phone.load()));
}

document.addEventListener("visibilitychange", () => {
  for (const phone of phones) if (!document.hidden && phone.talk.atEnd()) phone.talk.read();
});

start().catch((problem) => toast(problem.message || t("连不上沙盒，它可能已经停了")));
