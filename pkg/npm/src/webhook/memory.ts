import type { Claim, ClaimOptions, PendingNotification, WebhookStore } from "./store.js";

interface Entry {
  state: "expected" | "claimed" | "completed";
  context: string | null;
  notification: string;
  owner: string | undefined;
  claimedAt: number;
  expires: number;
}

export interface MemoryStoreOptions {
  /** How many ids and nonces to remember at most; 100,000 of each when left out. The oldest give way. */
  capacity?: number;
}

const DEFAULT_CAPACITY = 100_000;

/** A store that ends with the process: for tests, and where a notification may be handled again after a restart. */
export function memoryStore({ capacity = DEFAULT_CAPACITY }: MemoryStoreOptions = {}): WebhookStore {
  return new MemoryStore(capacity);
}

class MemoryStore implements WebhookStore {
  readonly #entries = new Map<string, Entry>();
  readonly #nonces = new Map<string, string>();
  readonly #capacity: number;

  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  expect(id: string, context: string, expires: number): void {
    const entry = this.#entries.get(id);
    if (entry) entry.context = context;
    else this.#set(id, { state: "expected", context, notification: "", owner: undefined, claimedAt: 0, expires });
  }

  claim(id: string, notification: string, { now, expires, owner }: ClaimOptions): Claim {
    const entry = this.#current(id, now);
    const context = entry?.context ?? null;
    const isFree =
      !entry || entry.state === "expected" || (entry.state === "claimed" && owner && owner === entry.owner);
    if (!isFree) return { claimed: false, context };
    this.#set(id, { state: "claimed", context, notification, owner, claimedAt: now, expires });
    return { claimed: true, context };
  }

  complete(id: string): void {
    const entry = this.#entries.get(id);
    if (entry) Object.assign(entry, { state: "completed", notification: "" });
  }

  release(id: string): void {
    const entry = this.#entries.get(id);
    if (entry?.state !== "claimed") return;
    if (entry.context === null) this.#entries.delete(id);
    else Object.assign(entry, { state: "expected", notification: "" });
  }

  pending(before: number, now: number): PendingNotification[] {
    const found: PendingNotification[] = [];
    for (const [id, entry] of this.#entries) {
      if (entry.state !== "claimed" || entry.claimedAt > before) continue;
      entry.claimedAt = now;
      found.push({ id, notification: entry.notification, context: entry.context });
    }
    return found;
  }

  bind(nonce: string, id: string): string {
    const bound = this.#nonces.get(nonce);
    if (bound !== undefined) return bound;
    this.#nonces.set(nonce, id);
    trim(this.#nonces, this.#capacity);
    return id;
  }

  #current(id: string, now: number): Entry | undefined {
    const entry = this.#entries.get(id);
    return entry && entry.expires > now ? entry : undefined;
  }

  /** Maps keep the order of insertion, so what is set again becomes the youngest. */
  #set(id: string, entry: Entry): void {
    this.#entries.delete(id);
    this.#entries.set(id, entry);
    trim(this.#entries, this.#capacity);
  }
}

function trim(map: Map<string, unknown>, capacity: number): void {
  for (const key of map.keys()) {
    if (map.size <= capacity) return;
    map.delete(key);
  }
}
