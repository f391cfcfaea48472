// A second try for a web font. On a machine without any font of its own, Chromium gives up on those of the
// stylesheet that arrive while it draws; given the bytes instead of an address, it takes them.

const FILE = "/page/fonts/noto-sans-sc-2.004-gb2312.woff2";
let bytes = null;

async function mend(failed) {
  bytes ??= fetch(FILE).then((answer) => answer.arrayBuffer());
  const face = new FontFace(failed.family, await bytes, { unicodeRange: failed.unicodeRange });
  document.fonts.add(await face.load());
}

/** Load anew each font of the stylesheet that fails, now or later. */
export function mendFonts() {
  const mended = new Set();
  const look = () => {
    for (const face of document.fonts) {
      if (face.status !== "error" || mended.has(face)) continue;
      mended.add(face);
      mend(face).catch(() => { bytes = null; mended.delete(face); setTimeout(look, 1000); });
    }
  };
  document.fonts.addEventListener("loadingdone", look);
  document.fonts.addEventListener("loadingerror", look);
  document.fonts.ready.then(look);
}
