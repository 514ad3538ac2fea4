import { attempt } from "./attempt.js";
import { call } from "./core.js";
import { Course, Failed } from "./course.js";
import type { RequestDescription } from "./description.js";
import type { Destination } from "./destination.js";
import type { OptidashError } from "./errors.js";
import { failure } from "./failure.js";
import type { Received } from "./incoming.js";
import { Deadline, Expired } from "./limits.js";
import { platform } from "./platform.js";
import type { CallOptions, Hooks, Limits } from "./settings.js";
import type { Upload } from "./upload.js";

export type Fetch = typeof globalThis.fetch;

/** What a request is sent with. */
export interface Connection {
  /** What sends requests with these time limits. */
  fetcher(limits: Limits): Fetch | Promise<Fetch>;
  readonly hooks: Hooks;
  readonly options: CallOptions;
  /** What ends the call. */
  readonly signals: readonly AbortSignal[];
  /** The image, when the description has a part for it. */
  readonly upload?: Upload | undefined;
}

/** Sends a request, again where the core says so; an image goes to its destination, and what that makes of it comes back. */
export async function exchange<Result = undefined>(
  description: RequestDescription,
  connection: Connection,
  destination?: Destination<Result>,
): Promise<Received<Result>> {
  if (description.answer !== "document" && destination === undefined) {
    throw failure("file", { cause: new TypeError("the target is neither a path nor a stream that can be written to") });
  }
  const deadline = new Deadline(description.timeout.total, connection.signals);
  try {
    if (deadline.signal.aborted) throw deadline.signal.reason;
    for (let number = 1; ; number++) {
      const course = new Course(description, deadline.signal, number);
      const done = await attempt(course, description, connection, destination).catch(asFailed);
      if (!(done instanceof Failed)) return done;
      await waitForNext(done, course, deadline, description, connection);
    }
  } finally {
    deadline.release();
  }
}

function asFailed(thrown: unknown): Failed {
  return thrown instanceof Failed ? thrown : new Failed(thrown);
}

/** Returns when the request is to be sent again, and throws what ended it otherwise. */
async function waitForNext(
  { error, outcome }: Failed,
  course: Course,
  deadline: Deadline,
  description: RequestDescription,
  { hooks, upload }: Connection,
): Promise<void> {
  if (outcome === undefined || deadline.signal.aborted) throw error;
  const { retries, repeatable, timeout, observed } = description;
  const { delay } = call<{ delay: number | null }>(platform().protocol(), "retry", {
    retries,
    repeatable,
    replayable: !course.hasDelivered && (upload?.isWhole() ?? true),
    attempt: course.number,
    elapsed: deadline.elapsed,
    total: timeout.total,
    random: Math.random(),
    now: Math.floor(Date.now() / 1000),
    ...outcome,
  });
  if (delay === null) throw error;
  const { method, url } = observed;
  await hooks.retry?.({ method, url, attempt: course.number, delay, error: error as OptidashError });
  await deadline.sleep(delay).catch((reason) => {
    throw reason instanceof Expired ? error : reason;
  });
}
