// A bot made with npm's dingtalk-stream: says on its output what it saw, and settles every card that is tapped.
// The package knows only the real platform's address, so its own HTTP client is turned to the local one.
const sdk = require.resolve("dingtalk-stream");
const axios = require(require.resolve("axios", { paths: [sdk] }));
const { DWClient } = require(sdk);

const LOCAL = process.env.DINGTALK_OPENAPI_ENDPOINT;
const ROBOT = "/v1.0/im/bot/messages/get";
const CARD = "/v1.0/card/instances/callback";
const SETTLED = {
  cardUpdateOptions: { updateCardDataByKey: true, updatePrivateDataByKey: true },
  cardData: { cardParamMap: { status: "已完成", buttons: "[]" } },
};

axios.interceptors.request.use((config) => {
  config.url = config.url.replace(/^https:\/\/o?api\.dingtalk\.com/, LOCAL);
  return config;
});
console.info = console.warn = console.error;

const tell = (what) => process.stdout.write(`${JSON.stringify(what)}\n`);
const client = new DWClient({ clientId: process.env.CLIENT_ID, clientSecret: process.env.CLIENT_SECRET, ua: "outsider" });

client.registerCallbackListener(ROBOT, async (frame) => {
  client.socketCallBackResponse(frame.headers.messageId, "OK");
  const message = JSON.parse(frame.data);
  const words = message.text.content.trim();
  await axios.post(message.sessionWebhook, { msgtype: "text", text: { content: `听到：${words}` } });
  tell({ message: words, by: message.senderStaffId });
});
client.registerCallbackListener(CARD, (frame) => {
  const tapped = JSON.parse(frame.data);
  tell({ tap: JSON.parse(tapped.content).cardPrivateData.params.tap, by: tapped.userId });
  client.socketCallBackResponse(frame.headers.messageId, SETTLED);
});
client.registerAllEventListener((frame) => {
  tell({ event: frame.headers.eventType, users: JSON.parse(frame.data).userId });
  return { status: "SUCCESS" };
});
client.connect();
