// Building the page out of nodes. Whatever came from people or the bot only ever becomes text.

/** An element: `props` are attributes, `on…` functions are listeners; strings among children become text. */
export function el(tag, props = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (value === true) node.setAttribute(name, "");
    else if (value !== false && value != null) node.setAttribute(name, String(value));
  }
  node.append(...children.flat().filter((child) => child != null && child !== false && child !== ""));
  return node;
}

/** A link that leaves the page, or plain text where the address is not of the web. */
export function link(text, address) {
  if (!/^https?:\/\//i.test(address ?? "")) return el("span", {}, text);
  return el("a", { href: address, target: "_blank", rel: "noopener noreferrer" }, text);
}

let hiding = 0;

/** One sentence that goes away by itself. */
export function toast(words) {
  const place = document.getElementById("toast");
  place.textContent = words;
  place.hidden = false;
  clearTimeout(hiding);
  hiding = setTimeout(() => { place.hidden = true; }, 6000);
}
