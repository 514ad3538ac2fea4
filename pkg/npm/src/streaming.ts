import { streamOf } from "./content.js";
import type { Multipart } from "./multipart.js";

/**
 * A body that is sent while it is read. The Fetch standard asks for `duplex` with it, and keeps a copy of all that was
 * sent, for a redirect or a prompt, unless both `redirect` and `window` rule these out.
 */
export function streamedBody(form: Multipart): RequestInit & { duplex: "half" } {
  return { body: streamOf(form.chunks), duplex: "half", redirect: "error", window: null };
}
