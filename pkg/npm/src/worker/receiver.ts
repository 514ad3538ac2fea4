import type { Optidash } from "../client.js";
import { Notification, Receiver, type ReceiverSettings, type Rejection } from "../receiver.js";
import { readStream } from "../webhook/body.js";
import { createWebhookHandler, type WebhookHandler } from "../webhook/handler.js";
import { type Reconciled, type ReconcileOptions, reconcile } from "../webhook/reconcile.js";
import { type ClaimsNamespace, durableObjectStore } from "./claims.js";

/** A binding to a Cloudflare Queue. */
export interface NotificationQueue {
  send(message: unknown): Promise<unknown>;
}

/** The messages that a queue gives to its consumer. */
export interface NotificationBatch {
  readonly messages: readonly { readonly id: string; readonly body: unknown; ack(): void; retry(): void }[];
}

export interface WorkerContext {
  waitUntil(work: Promise<unknown>): void;
}

export interface WorkerReceiverOptions<Env> {
  /** The receiver's settings, such as its `secret`. The sender is who Cloudflare says it is, so there are no `trustedProxies`. */
  settings?: (env: Env) => Omit<ReceiverSettings, "trustedProxies" | "deadline">;
  /** The queue between accepting and handling. */
  queue: (env: Env) => NotificationQueue;
  /** The Durable Objects that remember ids; see `WebhookClaims`. */
  claims: (env: Env) => ClaimsNamespace;
  /** Your code, run by the queue's consumer. When it throws, the message comes again, as the consumer is configured. */
  onNotification: (notification: Notification, env: Env, context: WorkerContext) => unknown;
  /** Drops notifications that `expect` was not called for. */
  onlyExpected?: boolean;
  /** Lets several requests share one signed endpoint. Otherwise its token is good for the first id that comes with it. */
  reusableEndpoints?: boolean;
  /** Told of every error; writes to the console, and so to the Worker's log, when left out. */
  onError?: (error: unknown, notification?: Notification) => void;
  /** Told of every rejection, for your log. */
  onRejection?: (rejection: Rejection) => void;
}

/** The handlers of a Worker. */
export interface WorkerReceiver<Env> {
  /** Accepts notifications: checks them and puts them on the queue. */
  fetch(request: Request, env: Env, context: WorkerContext): Promise<Response>;
  /** Handles what is on the queue, each id once. */
  queue(batch: NotificationBatch, env: Env, context: WorkerContext): Promise<void>;
  /** The receiver, for signing endpoints. */
  receiver(env: Env): Receiver;
  /** Notes that a notification will come, and the context that it is to come with. */
  expect(env: Env, id: string, context?: string): Promise<void>;
  /** Asks the API's history for notifications that may not have arrived, and puts those on the queue. */
  reconcile(env: Env, options: Omit<ReconcileOptions, "handler"> & { client: Optidash }): Promise<Reconciled>;
}

const TRUSTED_PROXIES = { header: "CF-Connecting-IP" };

/** Receives notifications on Cloudflare Workers: accepted at once, handled from a queue, each once. */
export function createWorkerReceiver<Env extends object>(options: WorkerReceiverOptions<Env>): WorkerReceiver<Env> {
  const receivers = new WeakMap<Env, Receiver>();
  const receiver = (env: Env) => {
    const made = receivers.get(env) ?? new Receiver({ ...options.settings?.(env), trustedProxies: TRUSTED_PROXIES });
    receivers.set(env, made);
    return made;
  };
  const { onlyExpected, reusableEndpoints, onError, onRejection } = options;
  const hooks = { ...(onError && { onError }), ...(onRejection && { onRejection }) };
  const handlerFor = (env: Env, context: WorkerContext): WebhookHandler =>
    createWebhookHandler(receiver(env), {
      store: durableObjectStore(options.claims(env)),
      onlyExpected: onlyExpected ?? false,
      reusableEndpoints: reusableEndpoints ?? false,
      enqueue: (notification) => options.queue(env).send({ ...notification }),
      onNotification: (notification) => options.onNotification(notification, env, context),
      ...hooks,
    });

  return {
    receiver,
    async fetch(request, env, context) {
      const { method, url, headers } = request;
      const body = (limit: number) => readStream(request.body, limit);
      const answer = await handlerFor(env, context).handle({ method, url, headers, body });
      return new Response(null, { status: answer.status, headers: answer.headers });
    },
    async queue({ messages }, env, context) {
      const handler = handlerFor(env, context);
      await Promise.all(messages.map((message) => consume(handler, message)));
    },
    async expect(env, id, context) {
      await handlerFor(env, { waitUntil: () => {} }).expect(id, context);
    },
    async reconcile(env, asked) {
      const queue = options.queue(env);
      const accept = async (notification: Notification) => {
        await queue.send({ ...notification });
        return "handled" as const;
      };
      return reconcile({ ...asked, handler: { accept: (data) => accept(new Notification(data)) } });
    },
  };
}

/** The message is its notification's owner, so that it may begin again when a consumer was cut off. */
async function consume(handler: WebhookHandler, message: NotificationBatch["messages"][number]): Promise<void> {
  try {
    const outcome = await handler.accept(message.body as Notification, { owner: message.id });
    if (outcome === "failed") message.retry();
    else message.ack();
  } catch (error) {
    handler.report(error);
    message.retry();
  }
}
