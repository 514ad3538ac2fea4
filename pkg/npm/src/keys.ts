import type { ApiKey, RenamedKey } from "./answers.js";
import type { Sender } from "./sender.js";
import type { CallOptions } from "./settings.js";

/** The API keys of an account; only its master key may ask for them. */
export class Keys {
  readonly #sender: Sender;

  /** @internal */
  constructor(sender: Sender) {
    this.#sender = sender;
  }

  /** Makes a key. A failure after which the API may have made it is not repeated. */
  async create(name: string, options?: CallOptions): Promise<ApiKey> {
    return this.#sender.ask("create_key", { name: name ?? null }, options);
  }

  /** Gives a key another name, which has to be unique too. */
  async rename(apiKey: string, name: string, options?: CallOptions): Promise<RenamedKey> {
    return this.#sender.ask("rename_key", { api_key: apiKey ?? null, name: name ?? null }, options);
  }
}
