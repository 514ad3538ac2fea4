import assert from "node:assert/strict";
import { test } from "node:test";
import { deferred, inTurn, json, KEY, METADATA, noJitter, refusal, stub } from "./stub.mjs";

const IMAGE = "https://www.website.com/image.jpg";

function recorder() {
  const seen = [];
  const note = (kind) => (event) => void seen.push([kind, event]);
  return { seen, hooks: { request: note("request"), response: note("response"), retry: note("retry") } };
}

test("hooks see every attempt", async (t) => {
  noJitter(t);
  const { seen, hooks } = recorder();
  const { client, baseUrl } = await stub(t, inTurn(refusal(503), json(METADATA)), { retries: 2, hooks });
  await client.fetch(IMAGE).toJSON();
  assert.deepEqual(
    seen.map(([kind, { attempt }]) => `${kind} ${attempt}`),
    ["request 1", "response 1", "retry 1", "request 2", "response 2"],
  );
  const [[, sent], [, received], [, planned]] = seen;
  assert.deepEqual([sent.method, sent.url], ["POST", `${baseUrl}/fetch`]);
  assert.ok(sent.headers.some(([name, value]) => name === "Content-Type" && value === "application/json"));
  assert.deepEqual([received.method, received.url, received.status], ["POST", `${baseUrl}/fetch`, 503]);
  assert.ok(received.duration > 0 && received.duration < 60);
  assert.ok(received.headers.some(([name, value]) => name === "retry-after" && value === "0"));
  assert.deepEqual([planned.url, planned.delay, planned.error.status], [`${baseUrl}/fetch`, 0, 503]);
});

test("hooks see no secret", async (t) => {
  const { seen, hooks } = recorder();
  const answer = (response) => {
    response.writeHead(200, { "Set-Cookie": "session=s3cret", Location: "https://user:s3cret@www.website.com/" });
    response.end(JSON.stringify({ success: true, name: "shop", key: "s3cret" }));
  };
  const { client } = await stub(t, answer, { hooks });
  await client.account();
  await client.keys.create("shop");
  await client.keys.rename("other-k3y-that-nobody-may-see", "shop");
  const text = JSON.stringify(seen);
  for (const secret of [KEY, btoa(`${KEY}:`), "s3cret", "other-k3y"]) assert.ok(!text.includes(secret), secret);
  assert.equal(seen.length, 6);
});

test("a hook that throws ends the call, and is waited for", async (t) => {
  const mine = new Error("mine");
  for (const name of ["request", "response", "retry"]) {
    const hook = async () => {
      await new Promise((resolve) => setImmediate(resolve));
      throw mine;
    };
    const { client, requests } = await stub(t, refusal(503), { retries: 5, hooks: { [name]: hook } });
    await assert.rejects(client.fetch(IMAGE).toJSON(), (error) => error === mine);
    assert.equal(requests.length, name === "request" ? 0 : 1);
  }
});

test("a hook that refuses an answer lets its connection go", async (t) => {
  const closed = deferred();
  const { client } = await stub(
    t,
    (response, request) => {
      request.socket.once("close", closed.resolve);
      response.writeHead(200).write(" ");
    },
    { hooks: { response: () => Promise.reject(new Error("mine")) } },
  );
  await assert.rejects(client.account(), { message: "mine" });
  await closed.promise;
});
