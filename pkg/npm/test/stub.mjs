// A stand-in for the API on 127.0.0.1, closed when the test ends.
import { once } from "node:events";
import { createServer } from "node:http";
import Optidash from "optidash";

export const KEY = "k3y-that-nobody-may-see";
export const ID = "f26656d4-3322-4279-acf4-0e1b3ef9d4bd";
export const METADATA = {
  success: true,
  code: 200,
  id: ID,
  input: { name: "image.jpg", format: "JPEG", width: 400, height: 300 },
  output: { url: "https://s3.optidash.ai/temp/x/image.jpg", name: "image.jpg", width: 100, height: 75 },
};

/** Answers with what `answer` writes; keeps every request with its body, unless `answer` reads the body itself. The client repeats nothing unless told to. */
export async function stub(t, answer, { readBody = true, ...options } = {}) {
  const requests = [];
  const server = createServer(async (request, response) => {
    const { method, url, headers, rawHeaders } = request;
    const seen = { method, url, headers, rawHeaders };
    requests.push(seen);
    if (readBody) seen.body = await collect(request).catch(() => undefined);
    // Who has gone gets no answer.
    if (!readBody || seen.body) await answer(response, request);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  const baseUrl = `http://127.0.0.1:${server.address().port}/1.0`;
  return { baseUrl, requests, client: new Optidash(KEY, { baseUrl, retries: 0, ...options }) };
}

export async function collect(stream) {
  const chunks = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks);
}

export function json(document, status = 200) {
  return (response) => {
    response.writeHead(status, { "Content-Type": "application/json" });
    response.end(JSON.stringify(document));
  };
}

export function binary(bytes, header = "X-Optidash-Metadata", metadata = METADATA) {
  return (response) => {
    response.writeHead(200, { "Content-Type": "image/jpeg", [header]: JSON.stringify(metadata) });
    response.end(bytes);
  };
}

/** Answers with each of these in turn, and with the last of them from then on. */
export function inTurn(...answers) {
  let turn = 0;
  return (response, request) => answers[Math.min(turn++, answers.length - 1)](response, request);
}

/** A refusal that asks to come back at once. */
export function refusal(status, headers = { "Retry-After": "0" }) {
  return (response) => {
    response.writeHead(status, { "Content-Type": "application/json", ...headers });
    response.end(JSON.stringify({ success: false, code: status, id: ID, message: "not now" }));
  };
}

/** Closes the connection before any answer. */
export const cut = (response) => void response.destroy();

/** Closes it in the middle of an image. */
export function truncated(bytes) {
  return (response) => {
    response.writeHead(200, { "X-Optidash-Metadata": JSON.stringify(METADATA), "Content-Length": bytes.length });
    response.write(bytes.subarray(0, bytes.length / 2), () => response.destroy());
  };
}

/** Lets every wait between attempts be as short as it can be. */
export function noJitter(t) {
  t.mock.method(Math, "random", () => 0);
}

/** A promise, and what fulfils it. */
export function deferred() {
  let resolve;
  const promise = new Promise((fulfil) => {
    resolve = fulfil;
  });
  return { promise, resolve };
}
