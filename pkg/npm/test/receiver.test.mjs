import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import { test } from "node:test";
import { Notification, Receiver, Rejection, ValidationError } from "optidash";
import { collect, ID } from "./stub.mjs";

const ADDRESS = "212.224.84.130";
const NOTIFICATION = { success: true, code: 200, id: ID, input: { width: 400 }, output: { width: 100 }, extra: 1 };
const BODY = JSON.stringify(NOTIFICATION);
const AUTHORIZATION = `Basic ${btoa("user:pa55word")}`;
const endpoint = "https://user:pa55word@www.website.com/endpoint";

test("a genuine notification is accepted, whatever shape headers and body come in", () => {
  const receiver = new Receiver({ endpoint });
  const pairs = [
    ["Authorization", AUTHORIZATION],
    ["Content-Type", "application/json; charset=utf-8"],
  ];
  const headerShapes = [
    pairs,
    pairs.flat(),
    Object.fromEntries(pairs),
    { authorization: [AUTHORIZATION], "content-type": "application/json", "x-nothing": undefined },
    new Headers(pairs),
    new Map(pairs),
  ];
  const bodyShapes = [BODY, Buffer.from(BODY), new TextEncoder().encode(BODY), new TextEncoder().encode(BODY).buffer];
  for (const headers of headerShapes) {
    for (const body of bodyShapes) {
      const outcome = receiver.receive({ method: "POST", address: ADDRESS, headers, body }, { expect: ID });
      assert.ok(outcome instanceof Notification);
      assert.deepEqual(
        { ...outcome },
        {
          accepted: true,
          id: ID,
          success: true,
          code: 200,
          message: null,
          input: { width: 400 },
          output: { width: 100 },
          metadata: NOTIFICATION,
        },
      );
    }
  }
});

test("what is none is rejected, with what to answer", () => {
  const receiver = new Receiver({ endpoint });
  const good = { method: "POST", address: ADDRESS, headers: { authorization: AUTHORIZATION }, body: BODY };
  const cases = [
    [{ method: "GET" }, "method_not_allowed", 405, { Allow: "POST" }],
    [{ address: "212.224.84.192" }, "untrusted_address", 403, {}],
    [{ address: undefined }, "unknown_sender", 403, {}],
    [{ body: undefined }, "malformed_json", 400, {}],
    [{ headers: {} }, "unauthorized", 401, { "WWW-Authenticate": 'Basic realm="webhook", charset="UTF-8"' }],
    [{ headers: ["authorization", AUTHORIZATION, "authorization", "Basic eA=="] }, "unauthorized", 401],
  ];
  for (const [change, reason, status, headers] of cases) {
    const outcome = receiver.receive({ ...good, ...change });
    assert.ok(outcome instanceof Rejection);
    assert.deepEqual([outcome.accepted, outcome.reason, outcome.status], [false, reason, status]);
    if (headers) assert.deepEqual(outcome.headers, headers);
    assert.equal(typeof outcome.message, "string");
  }
  assert.equal(receiver.receive(good, { expect: ["another"] }).reason, "unexpected_id");
});

test("settings are checked, and those in force can be read", () => {
  const receiver = new Receiver({ networks: ["10.0.0.0/8"], maxBody: 10, trustedProxies: { hops: 1 } });
  assert.deepEqual([receiver.networks, receiver.maxBody], [["10.0.0.0/8"], 10]);
  assert.deepEqual(new Receiver().networks, ["212.224.84.128/26"]);
  assert.throws(() => new Receiver({ maxBody: 0 }), { name: "ValidationError", path: "maxBody" });
  assert.throws(() => new Receiver({ trustedProxies: { hops: 0 } }), { path: "trustedProxies.hops" });
  assert.throws(() => new Receiver({ endpont: "x" }), { code: "misspelt_attribute" });
});

test("changing the settings object afterwards changes nothing", () => {
  const settings = { networks: ["10.0.0.0/8"] };
  const receiver = new Receiver(settings);
  settings.networks.push("0.0.0.0/0");
  assert.equal(receiver.receive({ method: "POST", address: "192.0.2.1", headers: {} }).reason, "untrusted_address");
});

test("a parsed body is refused with the way out", () => {
  const request = { method: "POST", address: ADDRESS, headers: {}, body: NOTIFICATION };
  assert.throws(() => new Receiver().receive(request), /raw body/);
  for (const change of [{ method: 5 }, { headers: "a" }, { headers: { a: 5 } }, { headers: [["a"]] }]) {
    assert.throws(() => new Receiver().receive({ ...request, body: BODY, ...change }), ValidationError);
  }
});

test("behind node:http", async (t) => {
  const receiver = new Receiver({ endpoint, networks: ["127.0.0.1"] });
  const server = createServer(async (request, response) => {
    const { method, headers, socket } = request;
    const outcome = receiver.receive({ method, headers, address: socket.remoteAddress, body: await collect(request) });
    if (outcome.accepted) response.writeHead(200).end(outcome.id);
    else response.writeHead(outcome.status, outcome.headers).end(outcome.reason);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  t.after(() => server.close());
  const post = (headers) =>
    fetch(`http://127.0.0.1:${server.address().port}/`, { method: "POST", body: BODY, headers });
  const accepted = await post({ Authorization: AUTHORIZATION, "Content-Type": "application/json" });
  assert.deepEqual([accepted.status, await accepted.text()], [200, ID]);
  const refused = await post({ "Content-Type": "application/json" });
  assert.deepEqual([refused.status, await refused.text()], [401, "unauthorized"]);
});
