// The ring around what the tour speaks of.

let shown = null;

/** Put the ring there, and have it in view. */
export function point(node) {
  if (shown === node) return;
  unpoint();
  shown = node ?? null;
  if (!shown) return;
  shown.classList.add("spot");
  shown.scrollIntoView({ block: "nearest" });
}

export function unpoint() {
  shown?.classList.remove("spot");
  shown = null;
}
