// The "+" of the input: voice, place, picture and file, as a person would send them.

import { el, icon } from "./dom.js";
import { t } from "./lang.js";
import { pickedFile, spoken } from "./media.js";

export class Tray {
  /** `places` are offered for a location; `send(said)` posts what was made. */
  constructor(send) {
    this.send = send;
    this.places = [];
    this.button = el("button", { type: "button", class: "round", "aria-expanded": "false",
      "aria-label": t("发语音、位置、图片或文件"), onclick: () => this.toggle() }, icon("plus"));
    this.node = el("div", { class: "tray", hidden: true, role: "group", "aria-label": t("更多"),
      onkeydown: (event) => { if (event.key === "Escape") this.close(true); } });
  }

  toggle() {
    if (!this.node.hidden) return this.close(true);
    const tile = (name, words, onclick) =>
      el("button", { type: "button", class: "tile", onclick }, icon(name), el("span", {}, words));
    this.open(el("div", { class: "tiles" },
      tile("mic", t("语音"), () => this.open(this.voice())),
      tile("pin", t("位置"), () => this.open(this.place())),
      tile("image", t("图片"), () => this.pick("image", "image/png,image/jpeg")),
      tile("file", t("文件"), () => this.pick("file", ""))));
    return undefined;
  }

  open(content) {
    this.node.replaceChildren(content);
    this.node.hidden = false;
    this.button.setAttribute("aria-expanded", "true");
    content.querySelector("button, input, textarea")?.focus();
  }

  close(back) {
    this.node.hidden = true;
    this.node.replaceChildren();
    this.button.setAttribute("aria-expanded", "false");
    if (back) this.button.focus();
  }

  finish(said) {
    this.close(true);
    this.send(said);
  }

  voice() {
    const words = el("input", { "aria-label": t("说了什么"), placeholder: t("说了什么（手机转成的文字，可以不填）"), maxlength: 1000 });
    return form(() => this.finish(spoken(words.value.trim())), words);
  }

  place() {
    const field = (props) => el("input", { ...props, required: true });
    const label = field({ "aria-label": t("地点"), placeholder: t("别的地点"), maxlength: 200 });
    const latitude = field({ "aria-label": t("纬度"), placeholder: t("纬度"), type: "number", step: "any", min: -90, max: 90 });
    const longitude = field({ "aria-label": t("经度"), placeholder: t("经度"), type: "number", step: "any", min: -180, max: 180 });
    const send = (place) => this.finish({ type: "location", ...place });
    const known = this.places.map((place) =>
      el("li", {}, el("button", { type: "button", class: "row", onclick: () => send(place) }, icon("pin"), place.label)));
    const custom = form(
      () => send({ label: label.value, latitude: Number(latitude.value), longitude: Number(longitude.value) }),
      label, latitude, longitude);
    return el("div", {}, el("ul", { class: "spots" }, known), custom);
  }

  pick(type, accept) {
    const chosen = async (event) => {
      const [file] = event.target.files;
      if (file) this.finish(await pickedFile(type, file));
    };
    const input = el("input", { type: "file", accept, hidden: true, onchange: chosen });
    this.node.append(input);
    input.click();
  }
}

function form(send, ...fields) {
  return el("form", { class: "small", onsubmit: (event) => { event.preventDefault(); send(); } },
    fields, el("button", { type: "submit", class: "primary" }, t("发送")));
}
