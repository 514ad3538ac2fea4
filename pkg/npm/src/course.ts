import type { RequestDescription } from "./description.js";
import { OptidashError } from "./errors.js";
import { classify, type FailureKind, failure } from "./failure.js";
import { Expired, IdleWatch } from "./limits.js";

export type HeaderList = [name: string, value: string][];

/** What came of an attempt, for the core to judge whether another is worth it. */
export type Outcome = { readonly failure: FailureKind } | { readonly status: number; readonly headers: HeaderList };

/** What ended an attempt; without an outcome it was the caller, whose doing no repetition mends. */
export class Failed {
  constructor(
    readonly error: unknown,
    readonly outcome?: Outcome | undefined,
  ) {}
}

/** What the parts of an attempt share: its time limit, and what ended it. */
export class Course {
  readonly watch: IdleWatch;
  readonly number: number;
  /** Whether bytes of the answer went to a stream of the caller's, which cannot take them back. */
  hasDelivered = false;
  /** Whose error the answer's is, once its head is there. */
  head: { readonly status: number; readonly headers: HeaderList } | undefined;
  readonly #description: RequestDescription;
  readonly #started = performance.now();
  #broken: Failed | undefined;

  constructor(description: RequestDescription, call: AbortSignal, number: number) {
    this.#description = description;
    this.number = number;
    this.watch = new IdleWatch(description.timeout.idle, call);
  }

  /** Seconds since the attempt began. */
  get duration(): number {
    return (performance.now() - this.#started) / 1000;
  }

  failed(kind: FailureKind, cause?: unknown, phase?: "connect" | "idle" | "total"): Failed {
    if (cause instanceof OptidashError) return new Failed(cause);
    return new Failed(failure(kind, { cause, phase, description: this.#description }), { failure: kind });
  }

  /** What `fetch` rejected with before there was an answer. */
  connectionFailed(cause: unknown): Failed {
    const { kind, phase } = classify(cause);
    return new Failed(this.failed(phase ? "timeout" : kind, cause, phase).error, { failure: kind });
  }

  /** What a body broke off with. */
  bodyFailed(cause: unknown): Failed {
    const { kind } = classify(cause);
    return kind === "timeout" ? this.failed(kind, cause, "idle") : this.failed("incomplete_body", cause);
  }

  /** Remembers what ended the attempt: `fetch` and streams only say in their own words that something did. */
  break(failed: Failed): void {
    if (!this.watch.signal.aborted) this.#broken ??= failed;
  }

  /** Runs code of the caller's, which may take its time: what it throws is what the call fails with. */
  async callers(run: () => unknown): Promise<void> {
    this.watch.pause();
    try {
      await run();
      this.watch.moved();
    } catch (error) {
      this.break(new Failed(error));
      throw error;
    }
  }

  /** What it was that ended the attempt. */
  judge(thrown: unknown): Failed {
    const { aborted, reason } = this.watch.signal;
    if (this.#broken) return this.#broken;
    if (aborted) return reason instanceof Expired ? this.#late(thrown, reason.phase) : new Failed(reason);
    return thrown instanceof Failed ? thrown : new Failed(thrown, this.head);
  }

  #late(cause: unknown, phase: "idle" | "total"): Failed {
    const error = failure("timeout", { cause, detail: "", phase, description: this.#description });
    return new Failed(error, { failure: "timeout" });
  }
}
