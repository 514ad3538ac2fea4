import type { Outcome } from "../answers.js";
import type { HeadersLike, Notification, NotificationData, Receiver, Rejection } from "../receiver.js";
import { memoryStore } from "./memory.js";
import type { PendingNotification, WebhookStore } from "./store.js";

/** Reads a body, stopping at `limit` bytes. */
export type ReadBody = (limit: number) => Promise<Uint8Array>;

/** A request as a server got it. */
export interface WebhookRequest {
  method: string | undefined;
  /** The absolute URL asked for. */
  url?: string | undefined;
  /** The peer of the socket. */
  address?: string | undefined;
  headers: HeadersLike;
  /** The raw body, or what reads it. */
  body?: string | Uint8Array | ArrayBuffer | null | ReadBody;
  /** Keeps the platform from stopping while a handler runs on. */
  waitUntil?: ((work: Promise<unknown>) => void) | undefined;
}

/** What to answer, and why: an outcome for an accepted notification, else a rejection. */
export type WebhookAnswer = { readonly status: number; readonly headers: Record<string, string> } & (
  | { readonly outcome: Outcome; readonly notification: Notification; readonly rejection?: undefined }
  | { readonly rejection: Rejection; readonly outcome?: undefined; readonly notification?: undefined }
);

export interface HandlingContext {
  /** Aborted when the deadline has passed: the API has its answer then, and the handler may run on. */
  readonly signal: AbortSignal | undefined;
}

export type OnNotification = (notification: Notification, context: HandlingContext) => unknown;

export interface WebhookHandlerOptions {
  /** Your code. It gets each notification once; one that throws gets it again after `resume` or `reconcile`. */
  onNotification: OnNotification;
  /** What remembers ids; in memory when left out. */
  store?: WebhookStore;
  /** Rejects notifications that `expect` was not called for. */
  onlyExpected?: boolean;
  /** Lets several requests share one signed endpoint. Otherwise its token is good for the first id that comes with it. */
  reusableEndpoints?: boolean;
  /** Hands notifications to a durable queue instead; whoever takes them out of it calls `accept`. */
  enqueue?: (notification: Notification) => Promise<unknown>;
  /** Keeps the platform from stopping while a handler runs on. */
  waitUntil?: (work: Promise<unknown>) => void;
  /** Told of every error of your code and of the store; writes to the console when left out. */
  onError?: (error: unknown, notification?: Notification) => void;
  /** Told of every rejection, for your log. */
  onRejection?: (rejection: Rejection) => void;
  /** The clock, in milliseconds since 1970; `Date.now` when left out. */
  now?: () => number;
  /** Gives the signal that is aborted after so many milliseconds; `AbortSignal.timeout` when left out. */
  timeout?: (milliseconds: number) => AbortSignal;
}

/** What became of a notification that did not come by a request. */
export type Acceptance = "handled" | "duplicate" | "unexpected" | "failed";

/** Handles each notification once: checks, claims, runs your code, answers in time. Every adapter is a way to call it. */
export function createWebhookHandler(receiver: Receiver, options: WebhookHandlerOptions): WebhookHandler {
  return new WebhookHandler(receiver, options);
}

export class WebhookHandler {
  readonly receiver: Receiver;
  readonly #options: WebhookHandlerOptions;
  readonly #store: WebhookStore;
  readonly #running = new Map<string, Promise<unknown>>();

  /** @internal */
  constructor(receiver: Receiver, options: WebhookHandlerOptions) {
    if (typeof options?.onNotification !== "function") throw new TypeError("`onNotification` must be a function");
    this.receiver = receiver;
    this.#options = options;
    this.#store = options.store ?? memoryStore();
  }

  /** Notes that a notification will come, and the context that it is to come with. */
  async expect(id: string, context = ""): Promise<void> {
    await this.#store.expect(id, context, this.#expires());
  }

  /** Answers a request; rejects only when the body cannot be read. */
  async handle(request: WebhookRequest): Promise<WebhookAnswer> {
    const deadline = this.#deadline();
    const decide = await this.#judge(request);
    const decision = decide();
    if (!decision.accepted) return this.#rejected(decision);
    try {
      return await this.#dispatch(decision, decide, deadline, request.waitUntil ?? this.#options.waitUntil);
    } catch (error) {
      // The store or the queue cannot be reached: the history is to show it.
      this.report(error, decision);
      return this.#answer("failed", decision);
    }
  }

  /**
   * Handles a notification that was accepted before, such as one from a queue or from the history; without a deadline.
   *
   * @param owner who asks, such as the id of the queue's message: after a crash the same owner may begin again.
   */
  async accept(data: NotificationData, { owner }: { owner?: string } = {}): Promise<Acceptance> {
    const notification = this.receiver.restore(data);
    const { claimed, context } = await this.#claim(notification, owner);
    if (this.#options.onlyExpected && context === null) {
      if (claimed) await this.#store.release(notification.id);
      return "unexpected";
    }
    if (!claimed) return "duplicate";
    const outcome = await this.#run(withContext(this.receiver, notification, context), undefined);
    await this.#settle(notification, outcome);
    return outcome;
  }

  /**
   * Handles what was accepted and never finished: call it once at start. Gives the ids.
   *
   * @param before only claims older than that. Several processes on one store need it, so that none takes over what
   * another is working on: now, less the longest time that your code may take.
   */
  async resume({ before }: { before?: Date } = {}): Promise<{ handled: string[]; failed: string[] }> {
    const done = { handled: [] as string[], failed: [] as string[] };
    const now = this.#now();
    for (const pending of await this.#store.pending(before?.getTime() ?? now, now)) {
      if (this.#running.has(pending.id)) continue;
      const outcome = await this.#takeUp(pending);
      if (outcome !== "unexpected") done[outcome].push(pending.id);
    }
    return done;
  }

  /** Waits for the handlers that run on: call it before the process ends. */
  async idle(): Promise<void> {
    while (this.#running.size > 0) await Promise.allSettled(this.#running.values());
  }

  /** Tells `onError`, or the console. */
  report(error: unknown, notification?: Notification): void {
    if (this.#options.onError) this.#options.onError(error, notification);
    else console.error(`optidash webhook${notification ? ` ${notification.id}` : ""}:`, error);
  }

  /** Reads the body once, unless the head decides; what it gives decides, also again with ids that are expected. */
  async #judge({ method, url, address, headers, body }: WebhookRequest) {
    const now = new Date(this.#now());
    const head = { method, url, address, headers };
    const refused = typeof body === "function" ? this.receiver.receiveHead(head, { now }) : null;
    if (refused) return () => refused;
    // One byte more than allowed is enough for the receiver to refuse the body.
    const read = typeof body === "function" ? await body(this.receiver.maxBody + 1) : (body ?? null);
    return (expect?: string | string[]) => this.receiver.receive({ ...head, body: read }, { now, expect });
  }

  async #dispatch(
    notification: Notification,
    decide: (expect: string | string[]) => Notification | Rejection,
    deadline: AbortSignal,
    waitUntil: ((work: Promise<unknown>) => void) | undefined,
  ): Promise<WebhookAnswer> {
    const bound = await this.#bind(notification);
    if (bound !== notification.id) return this.#rejected(refused(decide(bound)));
    if (this.#options.enqueue) {
      await this.#options.enqueue(notification);
      return this.#answer("queued", notification);
    }
    const { claimed, context } = await this.#claim(notification);
    if (this.#options.onlyExpected && context === null) {
      if (claimed) await this.#store.release(notification.id);
      return this.#rejected(refused(decide([])));
    }
    if (!claimed) return this.#answer("duplicate", notification);
    return this.#handleInTime(withContext(this.receiver, notification, context), deadline, waitUntil);
  }

  async #handleInTime(
    notification: Notification,
    deadline: AbortSignal,
    waitUntil: ((work: Promise<unknown>) => void) | undefined,
  ): Promise<WebhookAnswer> {
    const running = this.#run(notification, deadline);
    const outcome = await Promise.race([running, passed(deadline)]);
    if (outcome === "running") {
      // The API was told 200, so a late failure keeps its claim, for `resume`.
      const rest = running.then((late) => (late === "handled" ? this.#settle(notification, late) : undefined));
      this.#track(notification.id, rest);
      waitUntil?.(rest);
    } else {
      await this.#settle(notification, outcome);
    }
    return this.#answer(outcome, notification);
  }

  /** Runs the user's code, and never rejects. */
  #run(notification: Notification, signal: AbortSignal | undefined): Promise<"handled" | "failed"> {
    const run = async () => this.#options.onNotification(notification, { signal });
    const running = run().then(
      () => "handled" as const,
      (error) => {
        this.report(error, notification);
        return "failed" as const;
      },
    );
    this.#track(notification.id, running);
    return running;
  }

  #track(id: string, work: Promise<unknown>): void {
    this.#running.set(id, work);
    const forget = () => {
      if (this.#running.get(id) === work) this.#running.delete(id);
    };
    work.then(forget, forget);
  }

  /** Notes what became of a claim. When that fails the claim stays open, and `resume` takes it up: at least once. */
  async #settle(notification: Notification, outcome: "handled" | "failed"): Promise<void> {
    try {
      await (outcome === "handled" ? this.#store.complete(notification.id) : this.#store.release(notification.id));
    } catch (error) {
      this.report(error, notification);
    }
  }

  async #takeUp({ notification, context, id }: PendingNotification): Promise<"handled" | "unexpected" | "failed"> {
    if (this.#options.onlyExpected && context === null) {
      await this.#store.release(id);
      return "unexpected";
    }
    const restored = withContext(this.receiver, JSON.parse(notification) as Notification, context);
    const outcome = await this.#run(restored, undefined);
    if (outcome === "handled") await this.#settle(restored, outcome);
    return outcome;
  }

  async #claim(notification: Notification, owner?: string) {
    const times = { now: this.#now(), expires: this.#expires(), owner };
    return this.#store.claim(notification.id, JSON.stringify(notification), times);
  }

  /** The id that the notification's endpoint is good for. */
  async #bind({ id, nonce }: Notification): Promise<string> {
    if (nonce === undefined || this.#options.reusableEndpoints) return id;
    return this.#store.bind(nonce, id, this.#expires());
  }

  #rejected(rejection: Rejection): WebhookAnswer {
    this.#options.onRejection?.(rejection);
    return { status: rejection.status, headers: rejection.headers, rejection };
  }

  #answer(outcome: Outcome, notification: Notification): WebhookAnswer {
    return { status: this.receiver.statusFor(outcome), headers: {}, outcome, notification };
  }

  #deadline(): AbortSignal {
    const milliseconds = Math.round(this.receiver.deadline * 1000);
    return this.#options.timeout?.(milliseconds) ?? AbortSignal.timeout(milliseconds);
  }

  #now(): number {
    return this.#options.now?.() ?? Date.now();
  }

  #expires(): number {
    return this.#now() + this.receiver.retention * 1000;
  }
}

/** What the id is expected with goes before what the endpoint was signed with. */
function withContext(receiver: Receiver, notification: NotificationData, context: string | null): Notification {
  return receiver.restore(context === null ? notification : { ...notification, context });
}

/** The core refuses an id that is not expected. */
function refused(decision: Notification | Rejection): Rejection {
  if (decision.accepted) throw new Error("the core took an id that is not expected");
  return decision;
}

function passed(deadline: AbortSignal): Promise<"running"> {
  return new Promise((resolve) => {
    if (deadline.aborted) resolve("running");
    else deadline.addEventListener("abort", () => resolve("running"), { once: true });
  });
}
