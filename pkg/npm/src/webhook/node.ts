import { type IncomingStream, rawBody } from "./body.js";
import type { WebhookAnswer, WebhookHandler } from "./handler.js";

/** What the adapters need of Node's `IncomingMessage`. */
export interface NodeRequest extends IncomingStream {
  readonly method?: string | undefined;
  readonly url?: string | undefined;
  readonly complete: boolean;
  readonly rawHeaders: readonly string[];
  readonly headers: { readonly host?: string | undefined };
  readonly socket: { readonly remoteAddress?: string | undefined };
}

/** What the adapters need of Node's `ServerResponse`. */
export interface NodeResponse {
  readonly destroyed: boolean;
  writeHead(status: number, headers: Record<string, string>): unknown;
  end(): unknown;
}

/**
 * For `node:http`: answers the request that the webhook's URL was asked with.
 *
 * Resolves when it is answered. Never rejects: a broken connection has nobody to answer, and what else goes wrong is
 * told to `onError` and answered as a failure.
 */
export function nodeWebhook(handler: WebhookHandler) {
  return async (request: NodeRequest, response: NodeResponse): Promise<void> => {
    try {
      writeAnswer(response, await answerIncoming(handler, request));
    } catch (error) {
      handler.report(error);
      writeAnswer(response, { status: handler.receiver.statusFor("failed"), headers: {} });
    }
  };
}

/**
 * Answers a request that is below some framework's.
 *
 * @param path what was asked for, where the framework rewrites `url`.
 * @param left where a body parser may have left the raw body.
 * @internal
 */
export async function answerIncoming(
  handler: WebhookHandler,
  request: NodeRequest,
  { path = request.url, left = [] }: { path?: string | undefined; left?: unknown[] } = {},
): Promise<Pick<WebhookAnswer, "status" | "headers">> {
  const { method, rawHeaders: headers, socket } = request;
  const body = rawBody(request, ...left);
  const url = absolute(request, path);
  const answer = await handler.handle({ method, url, address: socket.remoteAddress, headers, body });
  // Node would read and drop the rest of a body that nobody wants.
  return request.complete ? answer : { status: answer.status, headers: { ...answer.headers, Connection: "close" } };
}

/** @internal */
export function writeAnswer(response: NodeResponse, { status, headers }: Pick<WebhookAnswer, "status" | "headers">) {
  if (response.destroyed) return;
  response.writeHead(status, { "Content-Length": "0", ...headers });
  response.end();
}

/** Host and path are what a signed endpoint is bound to; the scheme makes no difference there. */
function absolute({ headers, socket }: NodeRequest, path: string | undefined): string | undefined {
  if (!path?.startsWith("/")) return path;
  if (headers.host === undefined) return undefined;
  return `${"encrypted" in socket ? "https" : "http"}://${headers.host}${path}`;
}
