import type { Claim, ClaimOptions, PendingNotification, WebhookStore } from "./store.js";

/** Runs one statement on SQLite, with a value for each question mark, and gives its rows. */
export type Sql = (statement: string, ...values: (string | number | null)[]) => unknown[];

const SCHEMA = [
  `CREATE TABLE IF NOT EXISTS optidash_webhooks (
    id TEXT PRIMARY KEY,
    state TEXT NOT NULL CHECK (state IN ('expected', 'claimed', 'completed')),
    context TEXT,
    notification TEXT,
    owner TEXT,
    claimed_at INTEGER NOT NULL DEFAULT 0,
    expires INTEGER NOT NULL
  )`,
  "CREATE INDEX IF NOT EXISTS optidash_webhooks_expires ON optidash_webhooks (expires)",
  "CREATE INDEX IF NOT EXISTS optidash_webhooks_claimed ON optidash_webhooks (claimed_at) WHERE state = 'claimed'",
  `CREATE TABLE IF NOT EXISTS optidash_endpoints (
    nonce TEXT PRIMARY KEY,
    id TEXT NOT NULL,
    expires INTEGER NOT NULL
  )`,
  "CREATE INDEX IF NOT EXISTS optidash_endpoints_expires ON optidash_endpoints (expires)",
];

/** A store on SQLite, wherever that runs; each step is one statement, so processes cannot come between. */
export class SqlStore implements WebhookStore {
  readonly #sql: Sql;

  constructor(sql: Sql) {
    this.#sql = sql;
    for (const statement of SCHEMA) sql(statement);
  }

  expect(id: string, context: string, expires: number): void {
    this.#sql(
      `INSERT INTO optidash_webhooks (id, state, context, expires) VALUES (?, 'expected', ?, ?)
       ON CONFLICT (id) DO UPDATE SET context = excluded.context`,
      id,
      context,
      expires,
    );
  }

  claim(id: string, notification: string, { now, expires, owner }: ClaimOptions): Claim {
    this.#sql("DELETE FROM optidash_webhooks WHERE expires <= ?", now);
    this.#sql("DELETE FROM optidash_endpoints WHERE expires <= ?", now);
    const [granted] = this.#sql(
      `INSERT INTO optidash_webhooks (id, state, notification, owner, claimed_at, expires) VALUES (?, 'claimed', ?, ?, ?, ?)
       ON CONFLICT (id) DO UPDATE SET state = 'claimed', notification = excluded.notification, owner = excluded.owner,
         claimed_at = excluded.claimed_at, expires = excluded.expires
       WHERE optidash_webhooks.state = 'expected'
         OR (optidash_webhooks.state = 'claimed' AND optidash_webhooks.owner = excluded.owner)
       RETURNING context`,
      id,
      notification,
      owner ?? null,
      now,
      expires,
    ) as [{ context: string | null }?];
    if (granted) return { claimed: true, context: granted.context };
    const select = "SELECT context FROM optidash_webhooks WHERE id = ?";
    const [taken] = this.#sql(select, id) as [{ context: string | null }?];
    return { claimed: false, context: taken?.context ?? null };
  }

  complete(id: string): void {
    this.#sql("UPDATE optidash_webhooks SET state = 'completed', notification = NULL WHERE id = ?", id);
  }

  release(id: string): void {
    this.#sql("DELETE FROM optidash_webhooks WHERE id = ? AND state = 'claimed' AND context IS NULL", id);
    this.#sql(
      "UPDATE optidash_webhooks SET state = 'expected', notification = NULL WHERE id = ? AND state = 'claimed'",
      id,
    );
  }

  pending(before: number, now: number): PendingNotification[] {
    const rows = this.#sql(
      `UPDATE optidash_webhooks SET claimed_at = ? WHERE state = 'claimed' AND claimed_at <= ?
       RETURNING id, notification, context`,
      now,
      before,
    ) as PendingNotification[];
    return rows.map(({ id, notification, context }) => ({ id, notification, context }));
  }

  bind(nonce: string, id: string, expires: number): string {
    this.#sql(
      "INSERT INTO optidash_endpoints (nonce, id, expires) VALUES (?, ?, ?) ON CONFLICT (nonce) DO NOTHING",
      nonce,
      id,
      expires,
    );
    const [bound] = this.#sql("SELECT id FROM optidash_endpoints WHERE nonce = ?", nonce) as [{ id: string }];
    return bound.id;
  }
}
