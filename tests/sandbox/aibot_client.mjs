// A bot of a few lines on npm's @wecom/aibot-node-sdk: what happens to it goes to standard output, a JSON object a line.
// It ends when its standard input does.

import { createHash } from "node:crypto";
import { createRequire } from "node:module";

const { WSClient } = createRequire(import.meta.url)("@wecom/aibot-node-sdk");
const [wsUrl, botId, secret, heartbeatInterval] = process.argv.slice(2);

const tell = (event, more = {}) => console.log(JSON.stringify({ event, ...more }));
const silent = { debug() {}, info() {}, warn() {}, error() {} };
const client = new WSClient({
  wsUrl, botId, secret, heartbeatInterval: Number(heartbeatInterval),
  reconnectInterval: 50, maxAuthFailureAttempts: 1, logger: silent,
});

const button = (taskId, title, more = {}) => ({
  card_type: "button_interaction", task_id: taskId, main_title: { title },
  button_list: [{ text: "跟进", style: 1, key: "follow" }], ...more,
});

const doing = {
  async 卡片(frame) {
    await client.replyTemplateCard(frame, button("npm-1", "新线索"));
  },
  async 文件(frame) {
    const words = Buffer.from("0123456789".repeat(60_000));
    const { media_id: mediaId } = await client.uploadMedia(words, { type: "file", filename: "名单.txt" });
    await client.replyMedia(frame, "file", mediaId);
  },
  async 主动(frame) {
    const to = frame.body.chatid ?? frame.body.from.userid;
    await client.sendMessage(to, { msgtype: "markdown", markdown: { content: "**早**" } });
  },
  async 太长(frame) {
    await client.replyStream(frame, "long", "好".repeat(6827), true);
  },
};

async function answer(frame) {
  const words = frame.body.text.content.replace(/^@小二 /, "");
  tell("message", { words, from: frame.body.from.userid, chattype: frame.body.chattype });
  if (words in doing) return doing[words](frame);
  await client.replyStream(frame, "st-1", "正在", false);
  await client.replyStream(frame, "st-1", `收到：${words}`, true);
}

async function keep(frame) {
  const { url, aeskey } = frame.body.file;
  const { buffer, filename } = await client.downloadFile(url, aeskey);
  tell("file", { filename, sha256: createHash("sha256").update(buffer).digest("hex") });
}

async function renew(frame) {
  const detail = frame.body.event.template_card_event;
  tell("tap", { key: detail.event_key });
  await client.updateTemplateCard(frame, button(detail.task_id, "已跟进", { replace_text: "已跟进" }));
}

const welcome = (frame) => client.replyWelcome(frame, { msgtype: "text", text: { content: "你好" } });

// What the platform refuses rejects the promise with its frame.
const careful = (work) => (frame) =>
  work(frame).then(() => tell("done"), (failed) => tell("refused", { code: failed.errcode ?? String(failed) }));

client.on("message.text", careful(answer));
client.on("message.file", careful(keep));
client.on("event.template_card_event", careful(renew));
client.on("event.enter_chat", careful(welcome));
client.on("event.disconnected_event", () => tell("replaced"));
client.on("authenticated", () => tell("authenticated"));
client.on("disconnected", () => tell("disconnected"));
client.on("error", (failed) => tell("error", { words: failed.message }));

process.stdin.on("close", () => process.exit(0)).resume();
client.connect();
