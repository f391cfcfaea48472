// The two bars under the header: the sandbox is gone for a while, and, once, why the answers are in Chinese.

import { toast } from "./dom.js";
import { english, t } from "./lang.js";
import { recall, remember } from "./memory.js";

const OFFLINE = document.getElementById("offline");
const RESTARTED = "restarted";

/** The sandbox cannot be reached; the page says so until it can. */
export function lost() {
  OFFLINE.hidden = false;
}

/** It is there again. Another run knows nothing of what the phones show, so the page begins anew and says why. */
export function found(isSameRun) {
  OFFLINE.hidden = true;
  if (isSameRun) return;
  remember(RESTARTED, "yes");
  location.reload();
}

/** What has to be said at the beginning. */
export function greet() {
  if (recall(RESTARTED) === "yes") {
    remember(RESTARTED, "");
    toast(t("沙盒重新启动过：手机上的对话从头开始。"));
  }
  if (!english || recall("chinese-told") === "yes") return;
  const bar = document.getElementById("chinese");
  bar.hidden = false;
  bar.querySelector("button").addEventListener("click", () => {
    remember("chinese-told", "yes");
    bar.hidden = true;
    document.getElementById("phones").focus();
  });
}
