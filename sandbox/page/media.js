// Files for the platform: what a person picks, as base64, and a voice message out of nothing.

const AMR = "#!AMR\n";
const NO_DATA = 0x7c; // An AMR frame of 20 ms without speech is one byte long.
const FRAMES_PER_SECOND = 50;
const SLICE = 0x8000;

/** Bytes as base64. */
export function base64(bytes) {
  let text = "";
  for (let from = 0; from < bytes.length; from += SLICE) {
    text += String.fromCharCode(...bytes.subarray(from, from + SLICE));
  }
  return btoa(text);
}

/** A picked file, ready to be posted. */
export async function pickedFile(type, file) {
  return { type, name: file.name, data: base64(new Uint8Array(await file.arrayBuffer())) };
}

/** A silent voice message as long as it takes to say the words. */
export function spoken(words) {
  const seconds = Math.min(60, Math.max(2, Math.ceil([...words].length / 4)));
  const bytes = new Uint8Array(AMR.length + seconds * FRAMES_PER_SECOND).fill(NO_DATA);
  bytes.set(new TextEncoder().encode(AMR));
  return { type: "voice", name: `${seconds}s.amr`, data: base64(bytes), words };
}
