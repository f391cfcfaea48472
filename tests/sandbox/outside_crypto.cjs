// Opens or seals one message with npm's @wecom/crypto: a JSON request on standard input, its answer on standard output.

const { decrypt, encrypt, getSignature } = require("@wecom/crypto");

const { key, token, timestamp, nonce, encrypted, plain, id } = JSON.parse(require("fs").readFileSync(0, "utf8"));

if (encrypted === undefined) {
  const sealed = encrypt(key, plain, id);
  console.log(JSON.stringify({ encrypted: sealed, signature: getSignature(token, timestamp, nonce, sealed) }));
} else {
  console.log(JSON.stringify({ signature: getSignature(token, timestamp, nonce, encrypted), ...decrypt(key, encrypted) }));
}
