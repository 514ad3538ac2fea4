import assert from "node:assert/strict";
import { test } from "node:test";
import { inspect } from "node:util";
import Optidash, { Receiver } from "optidash";
import { json, KEY, METADATA, stub } from "./stub.mjs";

const SECRETS = [KEY, btoa(`${KEY}:`), "pa55word", "s3cret"];

function assertSilent(text) {
  for (const secret of SECRETS) assert.ok(!text.includes(secret), `${secret} is in ${text}`);
}

test("serializing or logging sends nothing and shows no secret", async (t) => {
  const { client, requests } = await stub(t, json(METADATA));
  const request = client
    .fetch("https://user:pa55word@www.website.com/image.jpg")
    .store({ provider: "aws", key: "s3cret", secret: "s3cret" });
  const receiver = new Receiver({ endpoint: "https://user:pa55word@www.website.com/endpoint" });
  const everything = { client, request, receiver, list: [client, request, receiver] };
  assertSilent(JSON.stringify(everything));
  assertSilent(JSON.stringify(request));
  assertSilent(inspect(everything, { depth: 9, showHidden: true, getters: true }));
  assertSilent(String(client) + String(request) + String(receiver));
  assert.equal(JSON.stringify(request), '{"calls":["fetch","store"]}');
  assert.equal(JSON.stringify([request]), '[{"calls":["fetch","store"]}]');
  await new Promise((resolve) => setImmediate(resolve));
  assert.equal(requests.length, 0);
});

test("an error shows no secret", async (t) => {
  const { client } = await stub(t, (response) => response.destroy());
  const failing = [
    client.fetch("https://user:pa55word@www.website.com/image.jpg").store({ secret: "s3cret" }),
    client.fetch("https://user:pa55word@www. website.com/image.jpg"),
    new Optidash(KEY, {
      fetch: () => Promise.reject(new Error("https://user:pa55word@www.website.com/ is away")),
    }).fetch("https://www.website.com/image.jpg"),
  ];
  for (const request of failing) {
    const error = await request.toJSON().catch((error) => error);
    assertSilent(`${error.message} ${JSON.stringify(error)} ${error.stack}`);
  }
});

test("what led to an error is told, and shows no secret either", async (t) => {
  const harmless = new Error("the network is away");
  const away = new Optidash(KEY, { fetch: () => Promise.reject(harmless), retries: 0 });
  await assert.rejects(away.account(), (error) => error.cause === harmless);
  const urls = ["https://user:pa55word@www.website.com/", `https://api.optidash.ai/1.0/keys/s3cret`, `the key ${KEY}`];
  for (const text of [...urls, `Basic ${btoa(`${KEY}:`)}`]) {
    const inner = new Error(`cannot get ${text}`);
    const rejecting = () => Promise.reject(new TypeError("fetch failed", { cause: inner }));
    const client = new Optidash(KEY, { fetch: rejecting, retries: 0 });
    const error = await client.keys.rename("s3cret", "shop").catch((error) => error);
    assert.equal(error.name, "ConnectionError");
    assert.ok(error.cause instanceof Error);
    assertSilent(inspect(error, { depth: 9 }));
  }
  const { client } = await stub(t, (response) => {
    response.writeHead(429, { "Set-Cookie": "session=s3cret", "Retry-After": "90" });
    response.end(JSON.stringify({ success: false, code: 429, message: "slow down" }));
  });
  const error = await client.account().catch((error) => error);
  assert.equal(error.retryAfter, 90);
  assertSilent(inspect(error, { depth: 9 }));
});

test("what hangs on the error of somebody's own fetch shows no secret", async () => {
  const hung = [
    (init) => ({ headers: init.headers }),
    (init, url) => ({ request: new Request(url, { method: init.method, headers: init.headers }) }),
    (init) => ({ headers: new Headers(init.headers) }),
  ];
  for (const more of hung) {
    const fetch = async (url, init) => {
      throw Object.assign(new TypeError("fetch failed"), { code: "E_MINE", ...more(init, url) });
    };
    const client = new Optidash(KEY, { fetch, retries: 0 });
    const error = await client.keys.rename("s3cret", "shop").catch((error) => error);
    assert.equal(error.cause.name, "TypeError");
    assertSilent(inspect(error, { depth: 9 }));
  }
  const harmless = Object.assign(new Error("away"), { code: "E_MINE", socket: { port: 443, tried: [1, 2] } });
  const client = new Optidash(KEY, { fetch: () => Promise.reject(harmless), retries: 0 });
  await assert.rejects(client.account(), (error) => error.cause === harmless);
});

test("a proxy's URL is not quoted", async () => {
  for (const proxy of ["//user:pa55word@proxy.example", "user:pa55word@proxy.example", "http://user:pa55word@a b/"]) {
    const error = await new Optidash(KEY, { proxy }).account().catch((error) => error);
    assert.equal(error.name, "ValidationError");
    assertSilent(inspect(error, { depth: 9 }));
  }
});
