import type { WebhookState } from "./answers.js";

/** What to catch up on. */
export interface CatchUpOptions {
  /** From when on, ISO 8601 in UTC. */
  since: string | Date;
  /** The states to ask for; those in which a notification may not have arrived when left out. */
  status?: WebhookState | WebhookState[];
  /** How many webhooks to skip. */
  offset?: number;
}

/** Which webhooks to list; all of them optional. */
export interface WebhookFilters {
  /** One state, several with commas, or a list. */
  status?: WebhookState | WebhookState[];
  /** Begin of the range, ISO 8601 in UTC. */
  start?: string | Date;
  /** End of the range, ISO 8601 in UTC. */
  end?: string | Date;
  /** How many to skip. */
  offset?: number;
  /** How many to return, 1 to 100; 50 when left out. */
  limit?: number;
}
