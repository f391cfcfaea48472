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

/** Listen to live news; `again` is called when the connection is back after a break. */
export function listen(handlers, again) {
  const source = new EventSource("/sandbox/events");
  let broken = false;
  source.addEventListener("error", () => { broken = true; });
  source.addEventListener("open", () => {
    if (broken) again();
    broken = false;
  });
  for (const [kind, handle] of Object.entries(handlers)) {
    source.addEventListener(kind, (event) => handle(JSON.parse(event.data)));
  }
}
