import { failure } from "../failure.js";
import type { Limits } from "../settings.js";
import type { Fetch } from "../transport.js";

/** What Node's own `fetch` does, in seconds; nothing in it can be set. */
const NODE_CONNECT = 10;
const NODE_IDLE = 300;

/** What this package uses of `undici`, whose versions differ in the rest. */
interface Undici {
  fetch: Fetch;
  Agent: new (options: object) => object;
  ProxyAgent: new (options: object) => object;
}

/** Node's and Deno's own `fetch` where that can do what is asked, else undici's, with connections of its own. */
export function nodeFetcher(proxy: string | undefined): (limits: Limits) => Fetch | Promise<Fetch> {
  const fetchers = new Map<number | null, Promise<Fetch>>();
  return ({ connect, idle }) => {
    const isPlain = connect === NODE_CONNECT && idle !== null && idle <= NODE_IDLE;
    if (proxy === undefined && isPlain) return globalThis.fetch;
    const made = fetchers.get(connect) ?? undiciFetcher(connect, proxy);
    fetchers.set(connect, made);
    return made;
  };
}

/** Bun takes the proxy with each request. */
export function bunFetcher(proxy: string | undefined): (limits: Limits) => Fetch {
  if (proxy === undefined) return () => globalThis.fetch;
  const through = { proxy };
  return () => (url, init) => globalThis.fetch(url, { ...init, ...through });
}

async function undiciFetcher(connect: number | null, proxy: string | undefined): Promise<Fetch> {
  const { fetch, Agent, ProxyAgent } = await undici();
  const connector = { timeout: connect === null ? 0 : connect * 1000 };
  // Time that passes without a byte is watched for outside.
  const options = { headersTimeout: 0, bodyTimeout: 0 };
  const dispatcher =
    proxy === undefined
      ? new Agent({ ...options, connect: connector })
      : proxyAgent(ProxyAgent, { ...options, uri: proxy, proxyTls: connector, requestTls: connector });
  return (url, init) => fetch(url, { ...init, dispatcher } as RequestInit);
}

function proxyAgent(ProxyAgent: Undici["ProxyAgent"], options: object): object {
  try {
    return new ProxyAgent(options);
  } catch {
    // What was thrown may quote the URL, and with it a password.
    throw failure("unavailable", { detail: "`proxy` has to be the URL of an HTTP proxy" });
  }
}

async function undici(): Promise<Undici> {
  try {
    return (await import("undici")) as unknown as Undici;
  } catch (cause) {
    const detail =
      "`proxy`, and the time limits that Node's own `fetch` does not have, need undici: npm install undici";
    throw failure("unavailable", { cause, detail });
  }
}
