import type { Metadata } from "./answers.js";
import { call } from "./core.js";
import type { Course } from "./course.js";
import type { RequestDescription } from "./description.js";
import type { Destination } from "./destination.js";
import { untilAborted } from "./limits.js";
import { platform } from "./platform.js";
import { contentLength, counted } from "./progress.js";
import type { CallOptions } from "./settings.js";

export interface Received<Result> {
  metadata: Metadata;
  result?: Result;
}

type Body = { kind: "image" | "file"; metadata: Metadata } | { kind: "document"; limit: number };

/** Takes what an answer carries to its destination, or reads the document that it is. */
export async function receive<Result>(
  course: Course,
  { answer }: RequestDescription,
  response: Response,
  destination: Destination<Result> | undefined,
  { onDownloadProgress }: CallOptions,
): Promise<Received<Result>> {
  // Which of the redirects it is, a browser does not tell.
  const status = response.type === "opaqueredirect" ? 302 : response.status;
  const head = { status, headers: [...response.headers] };
  course.head = head;
  const chunks = readBody(course, response);
  try {
    const document = { ...head, answer, now: Math.floor(Date.now() / 1000) };
    const body = call<Body>(platform().protocol(), "response_body", document);
    if (body.kind === "document" || destination === undefined) {
      const bytes = await readAtMost(course, chunks, body.kind === "document" ? body.limit : 0);
      return call<{ metadata: Metadata }>(platform().protocol(), "response", document, bytes);
    }
    const tell = counted(contentLength(head.headers), onDownloadProgress);
    const result = await deliver(course, observed(course, chunks, tell), destination);
    return { metadata: body.metadata, result };
  } finally {
    await chunks.return(undefined);
  }
}

/** The body; while whoever takes it is busy, nothing has to move. */
async function* readBody(course: Course, { body }: Response): AsyncGenerator<Uint8Array> {
  if (body === null) return;
  const { watch } = course;
  let reader: ReadableStreamDefaultReader<Uint8Array> | undefined;
  try {
    reader = (body as ReadableStream<Uint8Array>).getReader();
    for (;;) {
      watch.moved();
      const { done, value } = await untilAborted(reader.read(), watch.signal);
      if (done) return;
      watch.pause();
      yield value;
    }
  } catch (cause) {
    course.break(course.bodyFailed(cause));
    throw cause;
  } finally {
    // Not waited for: a body that is not the runtime's own may never say that it has ended.
    void reader?.cancel().catch(() => {});
  }
}

async function* observed(
  course: Course,
  chunks: AsyncIterable<Uint8Array>,
  tell: (chunk: Uint8Array) => void,
): AsyncGenerator<Uint8Array> {
  for await (const chunk of chunks) {
    await course.callers(() => tell(chunk));
    yield chunk;
  }
}

async function deliver<Result>(
  course: Course,
  chunks: AsyncIterable<Uint8Array>,
  destination: Destination<Result>,
): Promise<Result> {
  course.hasDelivered = destination.isStream;
  try {
    return await destination.take(chunks, course.watch.signal);
  } catch (cause) {
    throw course.failed("file", cause);
  }
}

async function readAtMost(course: Course, chunks: AsyncIterable<Uint8Array>, limit: number): Promise<Uint8Array> {
  const read: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of chunks) {
    size += chunk.byteLength;
    if (size > limit) throw course.failed("response_too_large");
    read.push(chunk);
  }
  return platform().bytes(read);
}
