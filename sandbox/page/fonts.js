// A second try for a web font. On a machine without any font of its own, Chromium gives up on those of the
// stylesheet that arrive while it draws; asked again, it takes them.

const FILE = "url(/page/fonts/noto-sans-sc-2.004-gb2312.woff2)";

/** Wait for the fonts of the stylesheet, and load anew what failed. */
export async function mendFonts() {
  await document.fonts.ready;
  for (const failed of [...document.fonts].filter((face) => face.status === "error")) {
    const face = new FontFace(failed.family, FILE, { unicodeRange: failed.unicodeRange });
    document.fonts.add(face);
    await face.load().catch(() => document.fonts.delete(face));
  }
}
