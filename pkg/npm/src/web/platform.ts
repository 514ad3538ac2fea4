import { failure } from "../failure.js";
import type { Platform } from "../platform.js";
import { streamedBody } from "../streaming.js";
import { joined } from "./joined.js";
import { startedEngine, startedProtocol } from "./modules.js";

/** What browsers and Workers have in common. */
export const web = {
  environment: () => undefined,
  randomBytes: (count) => crypto.getRandomValues(new Uint8Array(count)),
  sha1,
  protocol: startedProtocol,
  engine: async () =>
    startedEngine() ?? unavailable("this entry point carries no image engine: import `optidash/image`"),
  fetcher: (proxy) => () =>
    proxy === undefined
      ? globalThis.fetch
      : unavailable("this runtime has no way to choose a proxy: bring a `fetch` that does"),
  requestBody: streamedBody,
  openFile: async () => unavailable("there are no files here: pass a File, a Blob, bytes or a stream to `upload`"),
  saveFile: async () => unavailable("there are no files here: write to a WritableStream, or use `toBuffer`"),
  writeTo: async () => unavailable("only a WritableStream can be written to here"),
  bytes: joined,
} satisfies Omit<Platform, "agent">;

/** A page that did not come over TLS has no `subtle`. */
async function sha1(bytes: Uint8Array): Promise<string | undefined> {
  const digest = await globalThis.crypto.subtle?.digest("SHA-1", bytes as Uint8Array<ArrayBuffer>);
  if (digest === undefined) return undefined;
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** What the runtime does not have. */
function unavailable(detail: string): never {
  throw failure("unavailable", { detail });
}
