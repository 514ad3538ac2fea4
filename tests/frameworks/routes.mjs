// The handlers that every framework and runtime mounts, by path; and what became of the notifications.
import { Receiver } from "optidash";
import { createWebhookHandler } from "optidash/webhook";

export const SECRET = "an example secret of more than 16 bytes";
export const MAX_BODY = 2000;

/** @param options for all of them, such as a store. */
export function routes(options = {}) {
  const seen = [];
  const errors = [];
  const local = { networks: ["127.0.0.1", "::1"], maxBody: MAX_BODY };
  const mounted = (settings, more = {}) =>
    createWebhookHandler(new Receiver(settings), {
      onNotification: ({ id, context }) => void seen.push({ id, context }),
      onError: (error) => errors.push(error.message),
      ...options,
      ...more,
    });
  const fail = () => {
    throw new Error("the handler failed");
  };
  const runOn = ({ id }) => {
    seen.push({ id });
    return new Promise(() => {});
  };
  return {
    seen,
    errors,
    handlers: {
      "/plain": mounted(local),
      "/failing": mounted(local, { onNotification: fail }),
      // A deadline that has passed already stands for a handler that takes longer than it.
      "/slow": mounted(local, { onNotification: runOn, timeout: () => AbortSignal.abort() }),
      "/signed": mounted({ ...local, secret: SECRET }),
      "/remote": mounted({}),
      "/proxied": mounted({ trustedProxies: { networks: ["127.0.0.1", "::1", "10.0.0.0/8"] } }),
    },
  };
}
