// Talking with the sandbox's control API.

import { toast } from "./dom.js";
import { t } from "./lang.js";

/** GET as JSON. */
export async function get(path) {
  const response = await fetch(path, { headers: { Accept: "application/json" } });
  if (!response.ok) throw new Error((await response.json()).problem);
  return response.json();
}

/** POST as JSON; a problem is shown as one sentence and gives null. */
export async function post(path, body) {
  try {
    const response = await fetch(path, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(body),
    });
    const answer = await response.json();
    if (response.ok) return answer;
    toast(answer.problem);
  } catch {
    toast(t("连不上沙盒，它可能已经停了"));
  }
  return null;
}

const RETRY = 2000;

/** Listen to live news; `lost` is called when the connection breaks, `again` when it is back. */
export function listen(handlers, { lost, again }) {
  let broken = false;
  const open = () => {
    const source = new EventSource("/sandbox/events");
    source.addEventListener("error", () => {
      if (!broken) lost();
      broken = true;
      // A browser gives up for good where somebody else answers meanwhile.
      if (source.readyState === EventSource.CLOSED) setTimeout(open, RETRY);
    });
    source.addEventListener("open", () => {
      if (broken) again();
      broken = false;
    });
    for (const [kind, handle] of Object.entries(handlers)) {
      source.addEventListener(kind, (event) => handle(JSON.parse(event.data)));
    }
  };
  open();
}
