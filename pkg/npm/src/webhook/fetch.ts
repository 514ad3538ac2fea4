import { readStream } from "./body.js";
import type { WebhookHandler } from "./handler.js";

export interface FetchWebhookOptions<Info> {
  /** Gives the peer of the socket; when left out, what Deno, Bun and Hono on Node pass along is understood. */
  address?: (request: Request, info: Info) => string | undefined;
}

/** What platforms pass beside the request. */
export interface PlatformInfo {
  /** `Deno.serve`. */
  remoteAddr?: { hostname?: string };
  /** The server of `Bun.serve`. */
  requestIP?(request: Request): { address: string } | null;
  /** `env` of Hono on Node. */
  incoming?: { socket: { remoteAddress?: string | undefined } };
  /** The execution context of platforms that stop when the answer is out. */
  waitUntil?(work: Promise<unknown>): void;
}

/**
 * For everything that takes a `Request` and gives a `Response`: Deno, Bun, Hono, Next.js.
 *
 * Where the platform tells no peer, as Next.js does, the receiver has to be given `trustedProxies`.
 */
export function fetchWebhook<Info = unknown>(handler: WebhookHandler, { address }: FetchWebhookOptions<Info> = {}) {
  return async (request: Request, info?: Info): Promise<Response> => {
    const platform = (typeof info === "object" && info !== null ? info : {}) as PlatformInfo;
    const { method, url, headers } = request;
    const { status, headers: answered } = await handler.handle({
      method,
      url,
      address: address ? address(request, info as Info) : peer(request, platform),
      headers,
      body: (limit) => readBody(request, limit),
      waitUntil: typeof platform.waitUntil === "function" ? (work) => platform.waitUntil?.(work) : undefined,
    });
    return new Response(null, { status, headers: answered });
  };
}

function peer(request: Request, platform: PlatformInfo): string | undefined {
  const bun = typeof platform.requestIP === "function" ? platform.requestIP(request) : undefined;
  return bun?.address ?? platform.remoteAddr?.hostname ?? platform.incoming?.socket.remoteAddress;
}

async function readBody(request: Request, limit: number): Promise<Uint8Array> {
  if (request.bodyUsed) {
    throw new Error("the request's body was read before the webhook: pass the request on as it came, or a clone of it");
  }
  return readStream(request.body, limit);
}
