/** What a signal is aborted with when a time limit has passed. */
export class Expired extends Error {
  override readonly name = "TimeoutError";

  constructor(readonly phase: "idle" | "total") {
    super(`the time limit \`${phase}\` has passed`);
  }
}

/** Ends a call when the caller says so or its time is up. */
export class Deadline {
  readonly #controller = new AbortController();
  readonly #started = performance.now();
  readonly #release: (() => void)[];

  /** @param total in seconds, null for none */
  constructor(total: number | null, signals: readonly AbortSignal[]) {
    this.#release = signals.map((signal) => follow(signal, this.#controller));
    if (total === null) return;
    const timer = setTimeout(() => this.#controller.abort(new Expired("total")), total * 1000);
    this.#release.push(() => clearTimeout(timer));
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Seconds since the call began. */
  get elapsed(): number {
    return (performance.now() - this.#started) / 1000;
  }

  /** Waits, and rejects when the call ends before. */
  async sleep(seconds: number): Promise<void> {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const waited = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, seconds * 1000);
    });
    try {
      await untilAborted(waited, this.signal);
    } finally {
      clearTimeout(timer);
    }
  }

  /** Lets go of the timer and the caller's signals. */
  release(): void {
    for (const release of this.#release) release();
  }
}

/** Aborts an attempt when nothing has moved for too long, or when its call ends. */
export class IdleWatch {
  readonly #controller = new AbortController();
  readonly #milliseconds: number;
  readonly #unfollow: () => void;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #moved = performance.now();
  #isPaused = false;

  /** @param idle in seconds, null for no limit */
  constructor(idle: number | null, call: AbortSignal) {
    this.#unfollow = follow(call, this.#controller);
    this.#milliseconds = idle === null ? Number.POSITIVE_INFINITY : idle * 1000;
    if (idle !== null) this.#wait(this.#milliseconds);
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Bytes have moved. */
  moved(): void {
    this.#moved = performance.now();
    this.#isPaused = false;
  }

  /** The turn is the caller's, whose streams may take the time they need. */
  pause(): void {
    this.#isPaused = true;
  }

  release(): void {
    clearTimeout(this.#timer);
    this.#unfollow();
  }

  /** One timer that looks when it fires is cheaper than a new one for every chunk. */
  #wait(milliseconds: number): void {
    this.#timer = setTimeout(() => this.#look(), milliseconds);
  }

  #look(): void {
    const left = this.#isPaused ? this.#milliseconds : this.#moved + this.#milliseconds - performance.now();
    if (left > 0) this.#wait(left);
    else this.#controller.abort(new Expired("idle"));
  }
}

/** What a promise comes to, unless the signal is aborted first. */
export function untilAborted<Value>(promise: Promise<Value>, signal: AbortSignal): Promise<Value> {
  return new Promise((resolve, reject) => {
    const release = onAbort(signal, () => reject(signal.reason));
    promise.then(resolve, reject).finally(release);
  });
}

/** Gives what ends it. */
export function follow(signal: AbortSignal, controller: AbortController): () => void {
  return onAbort(signal, () => controller.abort(signal.reason));
}

interface Listening {
  readonly callbacks: Set<() => void>;
  readonly listener: () => void;
}

/** One listener a signal: Node warns of more than ten, and a batch may have more calls than that under way. */
const listening = new WeakMap<AbortSignal, Listening>();

/** Calls back once, at once when it has happened; gives what ends the waiting. */
function onAbort(signal: AbortSignal, callback: () => void): () => void {
  if (signal.aborted) {
    callback();
    return () => {};
  }
  const ours = listening.get(signal) ?? listenTo(signal);
  ours.callbacks.add(callback);
  return () => {
    ours.callbacks.delete(callback);
    if (ours.callbacks.size > 0 || listening.get(signal) !== ours) return;
    signal.removeEventListener("abort", ours.listener);
    listening.delete(signal);
  };
}

function listenTo(signal: AbortSignal): Listening {
  const callbacks = new Set<() => void>();
  const listener = () => {
    for (const callback of [...callbacks]) callback();
  };
  signal.addEventListener("abort", listener, { once: true });
  const ours = { callbacks, listener };
  listening.set(signal, ours);
  return ours;
}
