import { property } from "../failure.js";
import type { Multipart } from "../multipart.js";
import type { Fetch } from "../transport.js";

/** Bodies on their way out, and what to tell of them: `fetch` says nothing until all is sent. */
const listeners = new WeakMap<Blob, Multipart["sent"]>();

/** Few browsers stream a request, and those only over HTTP/2; a Blob they read from the disk. */
export async function wholeBody(form: Multipart): Promise<RequestInit> {
  const body = await form.blob();
  listeners.set(body, form.sent);
  return { body };
}

export const browserFetch: Fetch = (url, init = {}) => {
  const { body, headers } = init;
  const sent = body instanceof Blob ? listeners.get(body) : undefined;
  const cleaned = { ...init, headers: (headers as [string, string][]).filter(isOurs) };
  const hasListener = sent !== undefined && typeof XMLHttpRequest === "function";
  return hasListener ? sendTold(String(url), cleaned, sent) : globalThis.fetch(url, cleaned);
};

/** These a browser sets itself, and complains about others' attempts. */
function isOurs([name]: [string, string]): boolean {
  return !/^(user-agent|content-length)$/i.test(name);
}

/** The older interface tells how far a body has gone. */
function sendTold(
  url: string,
  { method = "GET", headers, body, signal }: RequestInit,
  sent: Multipart["sent"],
): Promise<Response> {
  const request = new XMLHttpRequest();
  const answer = new Promise<Response>((resolve, reject) => {
    const tell = (loaded: number) => {
      sent(loaded).catch((error) => {
        reject(error);
        request.abort();
      });
    };
    request.upload.onprogress = ({ loaded }) => tell(loaded);
    request.upload.onload = ({ loaded }) => tell(loaded);
    request.onload = () => {
      if (request.responseURL === new URL(url).href) resolve(responseOf(request));
      else reject(new TypeError("the answer is a redirect, which would carry the request elsewhere"));
    };
    request.onerror = () => reject(new TypeError("the browser could not send the request or read its answer"));
    request.onabort = () => reject(property(signal, "reason"));
  });
  request.open(method, url);
  request.responseType = "blob";
  for (const [name, value] of headers as [string, string][]) request.setRequestHeader(name, value);
  signal?.addEventListener("abort", () => request.abort(), { once: true });
  request.send(body as Blob);
  return answer;
}

function responseOf(request: XMLHttpRequest): Response {
  const { status, response } = request;
  const lines = request.getAllResponseHeaders().trim().split("\r\n").filter(Boolean);
  const headers = lines.map((line) => {
    const colon = line.indexOf(":");
    return [line.slice(0, colon), line.slice(colon + 1).trim()] as [string, string];
  });
  const hasNoBody = [101, 204, 205, 304].includes(status);
  return new Response(hasNoBody ? null : response, { status, headers });
}
