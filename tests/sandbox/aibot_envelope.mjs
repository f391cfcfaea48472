// Opens or seals a smart bot's envelope with npm's @wecom/crypto: JSON on standard input, JSON on standard output.

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const { decrypt, encrypt, getSignature } = createRequire(import.meta.url)("@wecom/crypto");
const { key, token, timestamp, nonce, encrypted, plain } = JSON.parse(readFileSync(0, "utf8"));

if (encrypted) {
  const { message, id } = decrypt(key, encrypted);
  console.log(JSON.stringify({ message, id, signature: getSignature(token, timestamp, nonce, encrypted) }));
} else {
  const sealed = encrypt(key, plain, "");
  const msgsignature = getSignature(token, timestamp, nonce, sealed);
  console.log(JSON.stringify({ encrypt: sealed, msgsignature, timestamp, nonce }));
}
