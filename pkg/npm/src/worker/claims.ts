import { DurableObject } from "cloudflare:workers";
import { type Sql, SqlStore } from "../webhook/sql.js";
import type { Claim, ClaimOptions, PendingNotification, WebhookStore } from "../webhook/store.js";

interface ObjectState {
  storage: { sql: { exec(statement: string, ...values: (string | number | null)[]): { toArray(): unknown[] } } };
}

/** The Durable Object that remembers ids; export it from your Worker, and give it a binding with SQLite storage. */
export class WebhookClaims extends DurableObject implements WebhookStore {
  readonly #store: SqlStore;

  constructor(state: ObjectState, env: unknown) {
    super(state, env);
    const sql: Sql = (statement, ...values) => state.storage.sql.exec(statement, ...values).toArray();
    this.#store = new SqlStore(sql);
  }

  expect(id: string, context: string, expires: number): void {
    this.#store.expect(id, context, expires);
  }

  claim(id: string, notification: string, options: ClaimOptions): Claim {
    return this.#store.claim(id, notification, options);
  }

  complete(id: string): void {
    this.#store.complete(id);
  }

  release(id: string): void {
    this.#store.release(id);
  }

  pending(before: number, now: number): PendingNotification[] {
    return this.#store.pending(before, now);
  }

  bind(nonce: string, id: string, expires: number): string {
    return this.#store.bind(nonce, id, expires);
  }
}

/** A binding to {@link WebhookClaims}. */
export interface ClaimsNamespace {
  idFromName(name: string): unknown;
  // biome-ignore lint/suspicious/noExplicitAny: Cloudflare's own type has another name for each version
  get(id: any): any;
}

export interface DurableObjectStoreOptions {
  /** How many objects share the ids, 8 when left out; one does some hundred claims a second. Another number forgets all claims. */
  shards?: number;
}

/** A store in Durable Objects. */
export function durableObjectStore(
  namespace: ClaimsNamespace,
  { shards = 8 }: DurableObjectStoreOptions = {},
): WebhookStore {
  const shard = (number: number): WebhookStore => namespace.get(namespace.idFromName(`webhooks-${number}`));
  const of = (key: string) => shard(hash(key) % shards);
  return {
    expect: (id, context, expires) => of(id).expect(id, context, expires),
    claim: (id, notification, options) => of(id).claim(id, notification, options),
    complete: (id) => of(id).complete(id),
    release: (id) => of(id).release(id),
    bind: (nonce, id, expires) => of(nonce).bind(nonce, id, expires),
    pending: async (before, now) => {
      const numbers = Array.from({ length: shards }, (_, number) => number);
      const found = await Promise.all(numbers.map(async (number) => shard(number).pending(before, now)));
      return found.flatMap((pending) => [...pending]);
    },
  };
}

/** FNV-1a, to spread ids evenly; nothing depends on its being hard to guess. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let index = 0; index < text.length; index++) {
    value = Math.imul(value ^ text.charCodeAt(index), 0x01000193) >>> 0;
  }
  return value;
}
