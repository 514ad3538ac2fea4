import { type Call, Chain } from "./chain.js";
import { call } from "./core.js";
import type { RequestDescription } from "./description.js";
import type { Account, CatchUpOptions, Metadata, WebhookFilters, WebhookRecord } from "./metadata.js";
import { platform } from "./platform.js";
import { Notification, type NotificationData } from "./receiver.js";
import { ImageRequest, type Sender } from "./request.js";
import { exchange, type Fetch } from "./transport.js";
import type { Upload } from "./upload.js";

export interface Options {
  /** Where the API is; the environment variable `OPTIDASH_BASE_URL`, or else the public API, when left out. */
  baseUrl?: string;
  /** How the key is sent: `basic` (default) or `bearer`. */
  authentication?: "basic" | "bearer";
  /** What sends the requests; the runtime's own `fetch` when left out. */
  fetch?: Fetch;
}

/** A webhook in the history. */
export interface PastWebhook {
  /** Id of the request. */
  id: string;
  status: WebhookRecord["status"];
  /** What was sent or should have been; null when the API does not say. */
  notification: Notification | null;
}

interface HistoryPage {
  webhooks: { id: string; status: string; notification: NotificationData | null }[];
  next_offset: number | null;
}

/** A client of the Optidash API. Requests made from it share nothing but the key and the options. */
export class Optidash extends Chain<ImageRequest> {
  readonly #sender: Sender;

  /** @throws {ValidationError} for a key or a base URL that cannot be one. */
  constructor(key: string, options: Options = {}) {
    super();
    const { agent, environment, protocol } = platform();
    const base_url = options.baseUrl ?? environment("OPTIDASH_BASE_URL");
    const identity = { key: key ?? null, authentication: options.authentication, base_url, agent };
    call(protocol(), "account", identity);
    this.#sender = { identity, fetcher: options.fetch };
  }

  /** @internal */
  protected override next(call: Call, upload?: Upload): ImageRequest {
    return new ImageRequest(this.#sender, [call], upload);
  }

  /** Plan and quota; also a way to test the key. */
  async account(): Promise<Account> {
    return (await this.#query("account", {})) as unknown as Account;
  }

  /** The webhooks of the last 60 days that the filters select, the most recent first; or one, by the request's id. */
  async webhooks(id: string): Promise<Metadata & { webhook: WebhookRecord }>;
  async webhooks(filters?: WebhookFilters): Promise<Metadata>;
  async webhooks(query: string | WebhookFilters = {}): Promise<Metadata> {
    return this.#query("webhooks", { filters: typeof query === "string" ? { id: query } : query });
  }

  /**
   * The webhooks that may not have arrived since a time, page after page, with the notifications as far as the API has
   * them: an endpoint that was down handles these as if they had been received.
   */
  async *catchUp({ offset = 0, ...options }: CatchUpOptions): AsyncGenerator<PastWebhook> {
    for (let next: number | null = offset; next !== null; ) {
      const answer = await this.#query("catch_up", { catch_up: { ...options, offset: next } });
      const page = historyPage(answer, next);
      yield* page.webhooks;
      next = page.nextOffset;
    }
  }

  /** One webhook of the history, with its notification as far as the API has it; null when the answer holds none. */
  async pastWebhook(id: string): Promise<PastWebhook | null> {
    return historyPage(await this.webhooks(id), 0).webhooks.find((webhook) => webhook.id === id) ?? null;
  }

  async #query(operation: string, more: object): Promise<Metadata> {
    const input = { ...this.#sender.identity, ...more };
    const { document } = call<RequestDescription>(platform().protocol(), operation, input);
    return (await exchange(document, { fetcher: this.#sender.fetcher })).metadata;
  }
}

function historyPage(answer: Metadata, offset: number): { webhooks: PastWebhook[]; nextOffset: number | null } {
  const page = call<HistoryPage>(platform().protocol(), "history", { answer, offset }).document;
  const webhooks = page.webhooks.map(({ notification, ...record }) => {
    return { ...record, notification: notification && new Notification(notification) };
  });
  return { webhooks, nextOffset: page.next_offset };
}
