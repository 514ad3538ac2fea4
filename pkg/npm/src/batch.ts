import { untilAborted } from "./limits.js";

/** What became of one input of a batch. */
export type BatchResult<Value> = { ok: true; value: Value } | { ok: false; error: unknown };

export interface BatchOptions<Value> {
  /** How many inputs are under way at once, 1 to 64; the client's `concurrency` when left out. */
  concurrency?: number | undefined;
  /** Ends the batch and every call of its client; it then rejects with the signal's reason. */
  signal?: AbortSignal | undefined;
  /** Told of each result as it comes, with the position of its input. When it throws, the batch fails with that. */
  onResult?: ((result: BatchResult<Value>, index: number) => unknown) | undefined;
}

/** Runs inputs through a function, so many at once, taking each input when its turn comes. */
export async function runBatch<Input, Value>(
  inputs: Iterable<Input> | AsyncIterable<Input>,
  run: (input: Input) => Promise<Value> | Value,
  concurrency: number,
  stop: AbortController,
  onResult: BatchOptions<Value>["onResult"],
): Promise<BatchResult<Value>[]> {
  const { signal } = stop;
  const results: BatchResult<Value>[] = [];
  const queue = queueOf(inputs);
  const worker = async () => {
    for (let taken = await queue.take(); taken && !signal.aborted; taken = await queue.take()) {
      const result = await settled(run, taken.input);
      if (signal.aborted) return;
      results[taken.index] = result;
      await onResult?.(result, taken.index);
    }
  };
  const guarded = () =>
    worker().catch((error) => {
      stop.abort(error);
      throw error;
    });
  try {
    if (signal.aborted) throw signal.reason;
    await untilAborted(Promise.all(Array.from({ length: concurrency }, guarded)), signal);
    return results;
  } finally {
    queue.close();
  }
}

async function settled<Input, Value>(
  run: (input: Input) => Promise<Value> | Value,
  input: Input,
): Promise<BatchResult<Value>> {
  try {
    return { ok: true, value: await run(input) };
  } catch (error) {
    return { ok: false, error };
  }
}

/** Hands inputs out one after the other, as an iterator that is not a generator may want it. */
function queueOf<Input>(inputs: Iterable<Input> | AsyncIterable<Input>) {
  const iterator = Symbol.asyncIterator in inputs ? inputs[Symbol.asyncIterator]() : inputs[Symbol.iterator]();
  let index = 0;
  let last: Promise<{ input: Input; index: number } | undefined> = Promise.resolve({} as never);
  let isOver = false;
  const next = async () => {
    if (isOver) return undefined;
    const { done, value } = await iterator.next();
    isOver ||= done === true;
    return done ? undefined : { input: await value, index: index++ };
  };
  return {
    take: () => {
      last = last.then(next);
      return last;
    },
    /** Lets the source go, unless it has come to its end. */
    close: () => {
      if (!isOver) void Promise.resolve(iterator.return?.()).catch(() => {});
      isOver = true;
    },
  };
}
