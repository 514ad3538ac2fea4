// A receiver that takes notifications from this machine, and ways to wait without sleeping.
import { Receiver } from "optidash";

export const SECRET = "an example secret of more than 16 bytes";
export const ENDPOINT = "https://www.website.com/endpoint";

export function localReceiver(settings = {}) {
  return new Receiver({ networks: ["127.0.0.1", "::1"], ...settings });
}

/** A promise, and the functions that settle it. */
export function deferred() {
  const made = {};
  made.promise = new Promise((resolve, reject) => Object.assign(made, { resolve, reject }));
  return made;
}

/** A deadline that passes when the test says so. */
export function manualDeadline() {
  const asked = [];
  const controller = new AbortController();
  const timeout = (milliseconds) => {
    asked.push(milliseconds);
    return controller.signal;
  };
  return { timeout, asked, pass: () => controller.abort() };
}
