import { type ClaimsNamespace, createWorkerReceiver, type NotificationQueue, WebhookClaims } from "optidash/worker";
import { Optidash } from "optidash/worker/client";

// The runtime finds the Durable Object's class by this name.
export { WebhookClaims };

interface Env {
  NOTIFICATIONS: NotificationQueue;
  CLAIMS: ClaimsNamespace;
  /** At least 16 random bytes; signs endpoints. */
  OPTIDASH_WEBHOOK_SECRET: string;
  /** The API's key; only for catching up. */
  OPTIDASH_KEY?: string;
}

const webhooks = createWorkerReceiver<Env>({
  settings: (env) => ({ secret: env.OPTIDASH_WEBHOOK_SECRET }),
  queue: (env) => env.NOTIFICATIONS,
  claims: (env) => env.CLAIMS,

  // Your code. It runs once for each notification; when it throws, it runs again later.
  async onNotification(notification) {
    if (notification.success) console.log(notification.context, notification.output?.url);
    else console.log(notification.context, `failed: ${notification.message}`);
  },
});

const DAY = 24 * 60 * 60 * 1000;

export default {
  fetch: webhooks.fetch,
  queue: webhooks.queue,

  async scheduled(_controller: unknown, env: Env) {
    if (!env.OPTIDASH_KEY) return;
    const client = new Optidash(env.OPTIDASH_KEY);
    const { handled, unresolved } = await webhooks.reconcile(env, { since: new Date(Date.now() - DAY), client });
    if (handled.length + unresolved.length > 0) console.log({ handled, unresolved });
  },
};
