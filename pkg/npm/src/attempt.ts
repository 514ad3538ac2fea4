import { call } from "./core.js";
import { type Course, Failed } from "./course.js";
import type { RequestDescription } from "./description.js";
import type { Destination } from "./destination.js";
import { isRefusedRedirect } from "./failure.js";
import { type Received, receive } from "./incoming.js";
import { untilAborted } from "./limits.js";
import { encodeUpload, type Outgoing } from "./outgoing.js";
import { platform } from "./platform.js";
import type { ReceivedResponse } from "./settings.js";
import type { Connection, Fetch } from "./transport.js";

/** Sends a request once. Rejects with what ended it, a {@link Failed}. */
export async function attempt<Result>(
  course: Course,
  description: RequestDescription,
  connection: Connection,
  destination: Destination<Result> | undefined,
): Promise<Received<Result>> {
  let form: Outgoing | undefined;
  let response: Response | undefined;
  try {
    const { body, observed } = description;
    const { hooks, options, upload } = connection;
    await course.callers(() => hooks.request?.({ ...observed, attempt: course.number }));
    if (body !== null && "multipart" in body) form = await encodeUpload(course, body.multipart, upload, options);
    response = await send(course, description, connection, form);
    course.watch.moved();
    await report(course, description, connection, response);
    return await receive(course, description, response, destination, options);
  } catch (thrown) {
    // What nobody reads must not hold its connection; what somebody reads is theirs to end.
    response?.body?.cancel().catch(() => {});
    throw course.judge(thrown);
  } finally {
    course.watch.release();
    form?.close();
  }
}

async function send(
  course: Course,
  { method, url, headers, body, redirects, timeout }: RequestDescription,
  connection: Connection,
  form: Outgoing | undefined,
): Promise<Response> {
  const fetcher = await connection.fetcher(timeout);
  const { signal } = course.watch;
  const follows = redirects === "follow";
  // A redirect is no answer of the API, and following one would carry the request elsewhere.
  const init: RequestInit = { method, headers, signal, redirect: follows ? "follow" : "manual" };
  if (body !== null && "json" in body) init.body = body.json;
  if (form) Object.assign(init, { headers: [...headers, ...labels(form)] }, await platform().requestBody(form));
  const answering = start(fetcher, url, init);
  try {
    return await untilAborted(answering, signal);
  } catch (cause) {
    // A `fetch` that does not know the signal may yet answer.
    answering.then((late) => late.body?.cancel()).catch(() => {});
    if (signal.aborted) throw cause;
    // The API has answered then: asking again would not change it.
    if (isRefusedRedirect(cause)) return new Response(null, { status: 302 });
    throw course.connectionFailed(cause);
  }
}

/** One that throws at once does what one that rejects does. */
async function start(fetcher: Fetch, url: string, init: RequestInit): Promise<Response> {
  return fetcher(url, init);
}

function labels({ contentType, size }: Outgoing): [string, string][] {
  const label: [string, string][] = [["Content-Type", contentType]];
  return size === undefined ? label : [...label, ["Content-Length", String(size)]];
}

async function report(course: Course, { observed }: RequestDescription, { hooks }: Connection, response: Response) {
  const { method, url } = observed;
  const { number: attempt, duration } = course;
  if (!hooks.response) return;
  const head = { status: response.status, headers: [...response.headers] };
  const shown = call<Pick<ReceivedResponse, "status" | "headers">>(platform().protocol(), "observed_response", head);
  await course.callers(() => hooks.response?.({ method, url, attempt, duration, ...shown }));
}
