type Eventual<Value> = Value | Promise<Value>;

/** What a claim is made with; times are milliseconds since 1970, as `Date.now()` gives them. */
export interface ClaimOptions {
  now: number;
  /** When the claim, and with it the memory of the id, ends. */
  expires: number;
  /** Who claims, such as the id of a queue's message: the same owner gets its own unfinished claim again. */
  owner?: string | undefined;
}

export interface Claim {
  /** Whether the id was free, and is now the caller's to handle. */
  readonly claimed: boolean;
  /** The context that the id is expected with; null when nobody expects it. */
  readonly context: string | null;
}

/** A notification that was claimed and never completed. */
export interface PendingNotification {
  readonly id: string;
  /** As it was given to `claim`. */
  readonly notification: string;
  readonly context: string | null;
}

/**
 * Remembers which notifications are waited for, being handled, and done.
 *
 * Each method is one atomic step, also with several processes on one store. Times are milliseconds since 1970.
 */
export interface WebhookStore {
  /** Notes the context that belongs to an id. Also good after the claim: it then serves a later `pending`. */
  expect(id: string, context: string, expires: number): Eventual<void>;
  /** Claims an id unless it is claimed or completed already; keeps the notification until it is completed. */
  claim(id: string, notification: string, options: ClaimOptions): Eventual<Claim>;
  /** The notification is handled: the id stays claimed until it expires, the notification can go. */
  complete(id: string): Eventual<void>;
  /** Gives a claim back, so that the notification can come again. What was completed stays so. */
  release(id: string): Eventual<void>;
  /** Takes over the claims made before a time and never completed, and dates them `now`, so that another caller passes them over. */
  pending(before: number, now: number): Eventual<Iterable<PendingNotification>>;
  /** Ties the nonce of a signed endpoint to the first id that comes with it, and gives that id. */
  bind(nonce: string, id: string, expires: number): Eventual<string>;
}
