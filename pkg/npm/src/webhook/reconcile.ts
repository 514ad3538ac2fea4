import type { Optidash, PastWebhook } from "../client.js";
import type { CatchUpOptions } from "../filters.js";
import type { Acceptance, WebhookHandler } from "./handler.js";

export interface ReconcileOptions extends Omit<CatchUpOptions, "offset"> {
  /** Asks the API. */
  client: Pick<Optidash, "catchUp" | "pastWebhook">;
  /** Gets what is missing. */
  handler: Pick<WebhookHandler, "accept">;
}

/** The ids of the webhooks that were looked at. */
export interface Reconciled {
  /** They were missing, and your code has handled them now. */
  handled: string[];
  /** They had been handled, or are being handled. */
  duplicate: string[];
  /** Nobody expects them. */
  unexpected: string[];
  /** Your code failed; they come again with the next call. */
  failed: string[];
  /** The API does not say what they were to report. */
  unresolved: string[];
}

/**
 * Asks the API's history for notifications that may not have arrived, and handles those that are missing.
 *
 * Afterwards an endpoint that was down has lost nothing. Signed endpoints: the history does not tell their context.
 *
 * @throws {OptidashError} when the API cannot be asked; what was handled before that stays handled.
 */
export async function reconcile({ client, handler, ...options }: ReconcileOptions): Promise<Reconciled> {
  const done: Reconciled = { handled: [], duplicate: [], unexpected: [], failed: [], unresolved: [] };
  const seen = new Set<string>();
  // A webhook that arrives meanwhile leaves the list and moves the pages, so it is read until it shows nothing new.
  for (let isNew = true; isNew; ) {
    isNew = false;
    for await (const webhook of client.catchUp(options)) {
      if (seen.has(webhook.id)) continue;
      seen.add(webhook.id);
      isNew = true;
      done[await resolve(client, handler, webhook)].push(webhook.id);
    }
  }
  return done;
}

async function resolve(
  client: ReconcileOptions["client"],
  handler: ReconcileOptions["handler"],
  { id, notification }: PastWebhook,
): Promise<Acceptance | "unresolved"> {
  const found = notification ?? (await client.pastWebhook(id))?.notification;
  return found ? handler.accept(found) : "unresolved";
}
