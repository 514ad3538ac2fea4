import { call } from "./core.js";
import type { RequestDescription } from "./description.js";
import type { Destination } from "./destination.js";
import type { Received } from "./incoming.js";
import { platform } from "./platform.js";
import { type CallOptions, type Hooks, judged, type Limits, plain, type SettingsInForce } from "./settings.js";
import { exchange, type Fetch } from "./transport.js";
import type { Upload } from "./upload.js";

/** What is done with what a client was given; everything that asks the API shares it. */
export interface Network {
  /** What sends requests with these time limits. */
  fetcher(limits: Limits): Fetch | Promise<Fetch>;
  readonly hooks: Hooks;
  /** What ends every call. */
  readonly signals: readonly AbortSignal[];
}

/** Who asks, where, and with what. */
export class Sender {
  readonly #settings: object;
  readonly #network: Network;
  readonly inForce: SettingsInForce;

  /** @throws {ValidationError} for settings that cannot be meant. */
  constructor(settings: object, network: Network) {
    this.#settings = plain(settings);
    this.#network = network;
    const { hooks } = network;
    this.inForce = call<SettingsInForce>(platform().protocol(), "client", plain({ ...this.#settings, hooks }));
  }

  /** The same with other settings, and with a signal that ends every call. */
  with(settings: object, signal: AbortSignal): Sender {
    const signals = [...this.#network.signals, signal];
    return new Sender({ ...this.#settings, ...settings }, { ...this.#network, signals });
  }

  /** The request that an operation of the core describes. */
  describe(operation: string, more: object, options?: CallOptions | null): RequestDescription {
    const input = { ...this.#settings, ...more, options: judged(options) };
    return call<RequestDescription>(platform().protocol(), operation, input);
  }

  /** Sends a request. */
  async send<Result = undefined>(
    description: RequestDescription,
    given: CallOptions | null | undefined,
    { upload, destination }: { upload?: Upload | undefined; destination?: Destination<Result> | undefined } = {},
  ): Promise<Received<Result>> {
    const options = given ?? {};
    const { hooks, signals, fetcher } = this.#network;
    const all = options.signal ? [...signals, options.signal] : signals;
    return exchange(description, { fetcher, hooks, options, signals: all, upload }, destination);
  }

  /** Asks for a document. */
  async ask<Document>(operation: string, more: object, options: CallOptions | undefined): Promise<Document> {
    return (await this.send(this.describe(operation, more, options), options)).metadata as unknown as Document;
  }
}
