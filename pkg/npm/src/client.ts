import type {
  Account,
  Metadata,
  WebhookListAnswer,
  WebhookQueryAnswer,
  WebhookRecord,
  WebhookState,
} from "./answers.js";
import { type BatchOptions, type BatchResult, runBatch } from "./batch.js";
import { type Call, Chain } from "./chain.js";
import type { Bytes, Target } from "./content.js";
import { call } from "./core.js";
import { destinationOf, isTarget, memory } from "./destination.js";
import { failure } from "./failure.js";
import type { CatchUpOptions, WebhookFilters } from "./filters.js";
import { Keys } from "./keys.js";
import { follow } from "./limits.js";
import { platform } from "./platform.js";
import { Notification, type NotificationData } from "./receiver.js";
import { ImageRequest } from "./request.js";
import { Sender } from "./sender.js";
import { type CallOptions, type Hooks, host, plain, type Timeouts } from "./settings.js";
import type { Fetch } from "./transport.js";
import type { Upload } from "./upload.js";

export interface Options {
  /** Where the API is; the environment variable `OPTIDASH_BASE_URL`, or else the public API, when left out. */
  baseUrl?: string | undefined;
  /** How the key is sent: `basic` (default) or `bearer`. */
  authentication?: "basic" | "bearer" | undefined;
  /** Time limits in seconds; a number stands for `total`. */
  timeout?: number | Timeouts | undefined;
  /** How often a request is repeated at most, 0 to 10; 2 when left out. */
  retries?: number | undefined;
  /** How many requests of a batch are under way at once, 1 to 64; 6 when left out. */
  concurrency?: number | undefined;
  /** What sees every request, without its secrets. */
  hooks?: Hooks | undefined;
  /** What sends the requests; the runtime's own `fetch` when left out. */
  fetch?: Fetch | undefined;
  /** The URL of an HTTP proxy to send the requests through. In Node the package `undici` has to be installed for it. */
  proxy?: string | undefined;
}

/** A webhook in the history. */
export interface PastWebhook {
  /** Id of the request. */
  id: string;
  status: WebhookState;
  /** What was sent or should have been; null when the API does not say. */
  notification: Notification | null;
  /** The webhook as the API shows it. */
  record: WebhookRecord;
}

interface HistoryPage {
  webhooks: (Omit<PastWebhook, "notification"> & { notification: NotificationData | null })[];
  next_offset: number | null;
}

/** A client of the Optidash API. Requests made from it share nothing but the key and the options. */
export class Optidash extends Chain<ImageRequest> {
  readonly #sender: Sender;
  /** The API keys of the account; the client needs the master key for it. */
  readonly keys: Keys;

  /** @throws {ValidationError} for a key or an option that cannot be one. */
  constructor(key: string, options?: Options) {
    super();
    this.#sender = senderOf(key, options);
    this.keys = new Keys(this.#sender);
  }

  /** @internal */
  protected override next(call: Call, upload?: Upload): ImageRequest {
    return new ImageRequest(this.#sender, [call], upload);
  }

  /** Plan and quota; also a way to test the key. */
  async account(options?: CallOptions): Promise<Account> {
    return this.#sender.ask("account", {}, options);
  }

  /** The webhooks of the last 60 days that the filters select, the most recent first; or one, by the request's id. */
  async webhooks(id: string, options?: CallOptions): Promise<WebhookQueryAnswer>;
  async webhooks(filters?: WebhookFilters, options?: CallOptions): Promise<WebhookListAnswer>;
  async webhooks(
    query?: string | WebhookFilters,
    options?: CallOptions,
  ): Promise<WebhookQueryAnswer | WebhookListAnswer> {
    return this.#sender.ask(
      "webhooks",
      { filters: typeof query === "string" ? { id: query } : (query ?? {}) },
      options,
    );
  }

  /** Every webhook of the last 60 days that the filters select, page after page; `limit` is the size of a page. */
  async *allWebhooks(filters: WebhookFilters = {}, options?: CallOptions): AsyncGenerator<PastWebhook> {
    const ask = (offset: number) => {
      return this.#sender.ask<WebhookListAnswer>("webhook_page", { filters, offset }, options);
    };
    yield* pages(ask, filters.offset ?? 0, filters.limit);
  }

  /**
   * The webhooks that may not have arrived since a time, page after page, with the notifications as far as the API has
   * them: an endpoint that was down handles these as if they had been received.
   */
  async *catchUp({ offset = 0, ...catchUp }: CatchUpOptions, options?: CallOptions): AsyncGenerator<PastWebhook> {
    const ask = (offset: number) => {
      return this.#sender.ask<WebhookListAnswer>("catch_up", { catch_up: { ...catchUp, offset } }, options);
    };
    yield* pages(ask, offset);
  }

  /** One webhook of the history, with its notification as far as the API has it; null when the answer holds none. */
  async pastWebhook(id: string, options?: CallOptions): Promise<PastWebhook | null> {
    return historyPage(await this.webhooks(id, options), 0).webhooks.find((webhook) => webhook.id === id) ?? null;
  }

  /**
   * Downloads an image that the API made: to a path or a stream, in constant memory, or as bytes without either.
   *
   * The key does not go along. Redirects are followed.
   *
   * @param source the answer to a request, or the `url` of its output.
   */
  download(source: string | Metadata, options?: CallOptions): Promise<Bytes>;
  download(source: string | Metadata, target: Target, options?: CallOptions): Promise<void>;
  async download(
    source: string | Metadata,
    second?: Target | CallOptions,
    third?: CallOptions,
  ): Promise<Bytes | undefined> {
    const target = isTarget(second) ? second : undefined;
    const options = target === undefined ? (second as CallOptions | undefined) : third;
    const description = this.#sender.describe("download", { source: source ?? null }, options);
    if (target === undefined) return (await this.#sender.send(description, options, { destination: memory })).result;
    await this.#sender.send(description, options, { destination: destinationOf(target) });
    return undefined;
  }

  /**
   * Runs many inputs through a function, several at once, and gives a result or an error for each, in their order.
   *
   * Inputs are taken when their turn comes, so they may be endless; only the results are kept. The client that the
   * function is called with ends its calls with the batch.
   *
   * @example
   * const results = await opti.batch(paths, (path, opti) => opti.upload(path).resize({ width: 100 }).toJSON());
   */
  async batch<Input, Value>(
    inputs: Iterable<Input> | AsyncIterable<Input>,
    run: (input: Input, client: Optidash) => Promise<Value> | Value,
    options?: BatchOptions<Value>,
  ): Promise<BatchResult<Value>[]> {
    if (typeof run !== "function") throw new TypeError("`batch` wants a function to call with each input");
    const { signal, onResult, ...settings } = options ?? {};
    const stop = new AbortController();
    const release = signal && follow(signal, stop);
    try {
      const sender = this.#sender.with(plain(settings), stop.signal);
      const client = clientOf(sender);
      return await runBatch(inputs, (input) => run(input, client), sender.inForce.concurrency, stop, onResult);
    } finally {
      release?.();
    }
  }
}

/** Outside of the class, which a bundler would give another name for a mention of itself. */
function clientOf(sender: Sender): Optidash {
  return new Optidash(sender as never);
}

/** A batch hands its own sender in. */
function senderOf(key: unknown, options: Options | undefined): Sender {
  if (key instanceof Sender) return key;
  const { fetch, proxy, hooks, baseUrl, ...more } = options ?? {};
  const { agent, environment, fetcher } = platform();
  if (fetch && proxy !== undefined) {
    throw failure("unavailable", { detail: "a `fetch` of your own has to bring its own `proxy`; give one of the two" });
  }
  if (fetch && typeof fetch !== "function") {
    throw failure("unavailable", { detail: "`fetch` has to be a function such as the global `fetch`" });
  }
  const settings = { key: key ?? null, base_url: baseUrl ?? environment("OPTIDASH_BASE_URL"), agent, host, ...more };
  return new Sender(settings, { fetcher: fetch ? () => fetch : fetcher(proxy), hooks: hooks ?? {}, signals: [] });
}

/** The webhooks of one page after the other, each asked for when the one before is through. */
async function* pages(
  ask: (offset: number) => Promise<WebhookListAnswer>,
  first: number,
  limit?: number,
): AsyncGenerator<PastWebhook> {
  for (let offset: number | null = first; offset !== null; ) {
    const page = historyPage(await ask(offset), offset, limit);
    yield* page.webhooks;
    offset = page.nextOffset;
  }
}

function historyPage(
  answer: WebhookListAnswer,
  offset: number,
  limit?: number,
): { webhooks: PastWebhook[]; nextOffset: number | null } {
  const page = call<HistoryPage>(platform().protocol(), "history", { answer, offset, limit });
  const webhooks = page.webhooks.map(({ notification, ...record }) => {
    return { ...record, notification: notification && new Notification(notification) };
  });
  return { webhooks, nextOffset: page.next_offset };
}
