// The business clock: shown, ticking between what the sandbox tells, and moved by three buttons or to any moment.

import { english } from "./lang.js";
import { post } from "./server.js";

const DAY = { month: english ? "short" : "long", day: "numeric" };
const LOCALE = english ? "en-GB" : "zh-CN";
const TIME = { hour: "2-digit", minute: "2-digit", hourCycle: "h23" };

let told = 0;
let heard = 0;
let zone = "Asia/Shanghai";
const watchers = [];

/** Business time at this moment, in milliseconds. */
export function businessNow() {
  return told + (performance.now() - heard);
}

/** What the sandbox says the time is. */
export function setClock(view) {
  told = Date.parse(view.now);
  heard = performance.now();
  zone = view.zone;
  tick();
}

/** Call `watch` with the time of day now and whenever it changes. */
export function onMinute(watch) {
  watchers.push(watch);
  if (told) watch(timeOfDay(businessNow()));
}

export function timeOfDay(instant) {
  return new Date(instant).toLocaleTimeString(LOCALE, { ...TIME, timeZone: zone });
}

export function day(instant) {
  const date = new Date(instant);
  const weekday = date.toLocaleDateString(LOCALE, { weekday: "short", timeZone: zone });
  return `${date.toLocaleDateString(LOCALE, { ...DAY, timeZone: zone })} ${weekday}`;
}

/** The words between bubbles: the time, with the day when it is another one than today. */
export function stamp(instant) {
  const date = day(instant);
  return date === day(businessNow()) ? timeOfDay(instant) : `${date} ${timeOfDay(instant)}`;
}

let shown = "";

function tick() {
  const now = businessNow();
  const words = `${day(now)} ${timeOfDay(now)}`;
  if (words === shown) return;
  shown = words;
  const place = document.getElementById("clock");
  place.textContent = words;
  place.dateTime = new Date(now).toISOString();
  for (const watch of watchers) watch(timeOfDay(now));
}

function move(body) {
  return post("/sandbox/clock", body);
}

/** An instant as the field for date and time wants it, in the zone of the business clock. */
function local(instant) {
  const words = new Date(instant).toLocaleString("sv-SE", { timeZone: zone });
  return words.slice(0, 16).replace(" ", "T");
}

/** Wire the buttons and let it tick. */
export function startClock() {
  for (const button of document.querySelectorAll("[data-move]")) {
    button.addEventListener("click", async () => {
      button.disabled = true;
      await move(JSON.parse(button.dataset.move));
      button.disabled = false;
      // Unless the tour has taken the focus onward meanwhile.
      if (document.activeElement === document.body) button.focus();
    });
  }
  const picker = document.querySelector(".picker");
  const field = document.getElementById("picked");
  picker.addEventListener("toggle", () => { if (picker.open) field.value = local(businessNow()); });
  picker.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    picker.open = false;
    picker.querySelector("summary").focus();
  });
  document.getElementById("picker").addEventListener("submit", async (event) => {
    event.preventDefault();
    if (await move({ local: field.value })) picker.open = false;
  });
  setInterval(tick, 1000);
}
