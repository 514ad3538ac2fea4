import assert from "node:assert/strict";
import { test } from "node:test";
import { Receiver } from "optidash";
import { notificationRequest, sampleNotification, signedNotificationRequest, toFetchRequest } from "optidash/testing";
import { createWebhookHandler, memoryStore, reconcile, sqliteStore } from "optidash/webhook";
import { deferred, ENDPOINT, localReceiver, manualDeadline, SECRET } from "./webhook-samples.mjs";
import { testExpiry, testStore } from "./webhook-stores.mjs";

testStore(test, "memory", () => memoryStore());
testExpiry(test, "memory", () => memoryStore());

/** A handler whose calls are kept. */
function setUp(options = {}, settings = {}) {
  const receiver = localReceiver(settings);
  const store = options.store ?? memoryStore();
  const [handled, errors, rejections] = [[], [], []];
  const deadline = manualDeadline();
  const handler = createWebhookHandler(receiver, {
    store,
    timeout: deadline.timeout,
    onError: (error, notification) => errors.push([error.message, notification?.id]),
    onRejection: ({ reason }) => rejections.push(reason),
    ...options,
    onNotification: (notification, context) => {
      handled.push(notification);
      return options.onNotification?.(notification, context);
    },
  });
  const request = (more = {}) => notificationRequest({ receiver, id: "id-1", ...more });
  return { receiver, store, handler, handled, errors, rejections, deadline, request };
}

test("a genuine notification is handled once, and a second delivery answered 200", async () => {
  const { handler, handled, request } = setUp();
  const first = await handler.handle(request());
  assert.deepEqual([first.status, first.outcome, first.notification.id], [200, "handled", "id-1"]);
  const second = await handler.handle(request());
  assert.deepEqual([second.status, second.outcome], [200, "duplicate"]);
  assert.equal(handled.length, 1);
  assert.ok(handled[0].accepted);
  assert.equal(handled[0].output.width, 100);
});

test("deliveries at the same time are handled once", async () => {
  const { handler, handled, request } = setUp();
  const answers = await Promise.all(Array.from({ length: 10 }, () => handler.handle(request())));
  assert.equal(handled.length, 1);
  assert.ok(answers.every(({ status }) => status === 200));
});

test("a failed call is delivered as such", async () => {
  const { handler, handled, request } = setUp();
  assert.equal((await handler.handle(request({ success: false, message: "no image" }))).outcome, "handled");
  assert.deepEqual([handled[0].success, handled[0].code, handled[0].message], [false, 422, "no image"]);
});

test("a rejection is answered as the core says, and handled by nobody", async () => {
  const { handler, handled, rejections, request } = setUp();
  const answer = await handler.handle(request({ address: "192.0.2.1" }));
  assert.deepEqual([answer.status, answer.rejection.reason, answer.outcome], [403, "untrusted_address", undefined]);
  const wrong = await handler.handle({ ...request(), method: "GET" });
  assert.deepEqual([wrong.status, wrong.headers], [405, { Allow: "POST" }]);
  assert.deepEqual([handled, rejections], [[], ["untrusted_address", "method_not_allowed"]]);
});

test("a body is read up to one byte more than allowed", async () => {
  const { handler, request } = setUp({}, { maxBody: 100 });
  let asked;
  const body = async (limit) => {
    asked = limit;
    return new Uint8Array(limit);
  };
  const answer = await handler.handle({ ...request(), body });
  assert.deepEqual([asked, answer.status, answer.rejection.reason], [101, 413, "body_too_large"]);
});

test("a handler that fails in time answers 500 and may get the notification again", async () => {
  let attempts = 0;
  const onNotification = () => {
    attempts += 1;
    if (attempts === 1) throw new Error("no disk");
  };
  const { handler, errors, request } = setUp({ onNotification });
  assert.deepEqual((await handler.handle(request())).status, 500);
  assert.deepEqual(errors, [["no disk", "id-1"]]);
  assert.deepEqual((await handler.handle(request())).outcome, "handled");
});

test("a handler that takes too long runs on behind a 200", async () => {
  const work = deferred();
  const kept = [];
  const { handler, handled, deadline, request } = setUp({
    onNotification: () => work.promise,
    waitUntil: (promise) => kept.push(promise),
  });
  const answering = handler.handle(request());
  deadline.pass();
  const answer = await answering;
  assert.deepEqual([answer.status, answer.outcome, deadline.asked], [200, "running", [9000]]);
  assert.equal((await handler.handle(request())).outcome, "duplicate");
  const idle = handler.idle();
  work.resolve();
  await idle;
  await kept[0];
  assert.deepEqual([kept.length, handled.length], [1, 1]);
  assert.deepEqual(await handler.resume(), { handled: [], failed: [] });
});

test("a handler that fails after the deadline stays pending, for `resume`", async () => {
  const work = [deferred(), deferred()];
  const { handler, handled, errors, deadline, request } = setUp({ onNotification: () => work.shift().promise });
  const [first] = work;
  const answering = handler.handle(request());
  deadline.pass();
  assert.equal((await answering).outcome, "running");
  assert.deepEqual(await handler.resume(), { handled: [], failed: [] }, "it is still running here");
  first.reject(new Error("too late"));
  await handler.idle();
  assert.deepEqual(errors, [["too late", "id-1"]]);
  work[0].resolve();
  assert.deepEqual(await handler.resume(), { handled: ["id-1"], failed: [] });
  assert.deepEqual([handled.length, handled[1].output], [2, handled[0].output]);
});

test("the handler knows when the deadline has passed", async () => {
  const seen = deferred();
  const { handler, deadline, request } = setUp({
    onNotification: (_, { signal }) => signal.addEventListener("abort", () => seen.resolve("told")),
  });
  await handler.handle(request());
  deadline.pass();
  assert.equal(await seen.promise, "told");
});

test("an expected id brings its context", async () => {
  const { handler, handled, request } = setUp();
  await handler.expect("id-1", "order 17");
  assert.equal((await handler.handle(request())).notification.context, "order 17");
  assert.equal(handled[0].context, "order 17");
});

test("onlyExpected rejects what nobody expects, and takes it once somebody does", async () => {
  const { handler, handled, request } = setUp({ onlyExpected: true });
  const answer = await handler.handle(request());
  assert.deepEqual([answer.status, answer.rejection.reason], [404, "unexpected_id"]);
  assert.equal(await handler.accept(sampleNotification({ receiver: handler.receiver, id: "id-1" })), "unexpected");
  await handler.expect("id-1");
  assert.equal((await handler.handle(request())).outcome, "handled");
  assert.equal(handled.length, 1);
});

test("a signed endpoint brings its context, and is good for one id", async () => {
  const { receiver, handler, handled } = setUp({}, { secret: SECRET });
  const endpoint = receiver.endpoint(ENDPOINT, { context: "order 18" });
  const send = (id) => handler.handle(notificationRequest({ receiver, endpoint, id }));
  assert.equal((await send("a")).outcome, "handled");
  assert.equal(handled[0].context, "order 18");
  assert.equal((await send("a")).outcome, "duplicate");
  assert.equal((await send("b")).rejection.reason, "unexpected_id");
  const unsigned = await handler.handle(notificationRequest({ receiver, endpoint: ENDPOINT }));
  assert.deepEqual([unsigned.status, unsigned.rejection.reason], [401, "unauthorized"]);
});

test("a reusable endpoint takes several ids", async () => {
  const { receiver, handler, handled } = setUp({ reusableEndpoints: true }, { secret: SECRET });
  const endpoint = receiver.endpoint(ENDPOINT, { placement: "query" });
  for (const id of ["a", "b"]) await handler.handle(notificationRequest({ receiver, endpoint, id }));
  assert.deepEqual(
    handled.map(({ id }) => id),
    ["a", "b"],
  );
});

test("a signed endpoint ends", async () => {
  let now = Date.now();
  const { receiver, handler } = setUp({ now: () => now }, { secret: SECRET });
  const endpoint = receiver.endpoint(ENDPOINT, { ttl: 60, now: new Date(now) });
  now += 60_000;
  const answer = await handler.handle(notificationRequest({ receiver, endpoint }));
  assert.deepEqual([answer.status, answer.rejection.reason], [410, "expired_endpoint"]);
});

test("a store that cannot be reached is a failure that the history shows", async () => {
  const store = { ...memoryStore(), claim: () => Promise.reject(new Error("no store")) };
  const { handler, handled, errors, request } = setUp({ store });
  assert.deepEqual((await handler.handle(request())).status, 500);
  assert.deepEqual([handled, errors], [[], [["no store", "id-1"]]]);
});

test("a store that forgets to complete leaves the answer as it is", async () => {
  const store = memoryStore();
  store.complete = () => Promise.reject(new Error("gone"));
  const { handler, errors, request } = setUp({ store });
  assert.equal((await handler.handle(request())).outcome, "handled");
  assert.deepEqual(errors, [["gone", "id-1"]]);
});

test("a queue takes what is accepted, and its consumer handles it once", async () => {
  const queue = [];
  const { handler, handled, request } = setUp({
    enqueue: async (notification) => queue.push(JSON.stringify(notification)),
  });
  for (const _ of [1, 2]) assert.equal((await handler.handle(request())).outcome, "queued");
  assert.deepEqual([queue.length, handled.length], [2, 0]);
  const [first, second] = queue.map((text) => JSON.parse(text));
  assert.equal(await handler.accept(first, { owner: "1" }), "handled");
  assert.equal(await handler.accept(second, { owner: "2" }), "duplicate");
  assert.ok(handled[0].accepted);
});

test("a queue that fails is a failure", async () => {
  const { handler, errors, request } = setUp({ enqueue: () => Promise.reject(new Error("full")) });
  assert.equal((await handler.handle(request())).status, 500);
  assert.deepEqual(errors, [["full", "id-1"]]);
});

test("the memory store lets the oldest go", async () => {
  const store = memoryStore({ capacity: 2 });
  const times = { now: 0, expires: 10 };
  for (const id of ["a", "b", "c"]) store.claim(id, "{}", times);
  assert.deepEqual([store.claim("c", "{}", times).claimed, store.claim("a", "{}", times).claimed], [false, true]);
});

test("without node:sqlite the error says what to do", {
  skip: process.getBuiltinModule?.("node:sqlite") && "it is here",
}, () => {
  assert.throws(() => sqliteStore("x.db"), /node:sqlite.*22\.5/);
});

test("options are checked", () => {
  assert.throws(() => createWebhookHandler(new Receiver(), {}), TypeError);
});

test("errors go to the console unless somebody listens", async (t) => {
  const written = t.mock.method(console, "error", () => {});
  const receiver = localReceiver();
  const handler = createWebhookHandler(receiver, { onNotification: () => Promise.reject(new Error("mine")) });
  await handler.handle(notificationRequest({ receiver, id: "id-2" }));
  assert.equal(written.mock.callCount(), 1);
  assert.match(written.mock.calls[0].arguments[0], /id-2/);
});

test("reconcile handles what is missing, each once, whatever the pages do", async () => {
  const { receiver, handler, handled } = setUp({
    onNotification: ({ id }) => {
      if (id === "bad") throw new Error("mine");
    },
  });
  await handler.handle(notificationRequest({ receiver, id: "known" }));
  const notification = (id) => sampleNotification({ receiver, id });
  const passes = [["known", "new", "bare", "lost"], ["new", "moved", "bad"], ["moved"]];
  const asked = [];
  const client = {
    async *catchUp(options) {
      asked.push(options);
      for (const id of passes.shift()) {
        yield { id, status: "failed", notification: ["bare", "lost"].includes(id) ? null : notification(id) };
      }
    },
    pastWebhook: async (id) => (id === "bare" ? { id, status: "failed", notification: notification(id) } : null),
  };
  const since = "2026-01-01T00:00:00Z";
  assert.deepEqual(await reconcile({ since, client, handler }), {
    handled: ["new", "bare", "moved"],
    duplicate: ["known"],
    unexpected: [],
    failed: ["bad"],
    unresolved: ["lost"],
  });
  assert.deepEqual(asked, [{ since }, { since }, { since }]);
  assert.equal(handled.length, 5);
});

test("samples are genuine for their receiver, whatever it asks for", () => {
  const open = new Receiver();
  assert.equal(open.receive(notificationRequest({ receiver: open })).success, true);
  assert.equal(notificationRequest({ receiver: open }).address, "212.224.84.128");
  const endpoint = "https://us%C3%A9r:p%3Ass%20w@www.website.com/endpoint?a=b";
  const basic = new Receiver({ endpoint });
  const request = notificationRequest({ receiver: basic, endpoint, success: false, more: { extra: 1 } });
  assert.equal(request.url, `${ENDPOINT}?a=b`);
  const notification = basic.receive(request);
  assert.deepEqual([notification.success, notification.metadata.extra], [false, 1]);
  assert.equal(basic.receive(notificationRequest({ receiver: basic })).reason, "unauthorized");
  const signed = new Receiver({ secret: SECRET });
  const sample = signedNotificationRequest({ receiver: signed, endpoint: ENDPOINT, context: "c" });
  assert.equal(signed.receive(sample).context, "c");
  assert.notEqual(sampleNotification({ receiver: open }).id, sampleNotification({ receiver: open }).id);
});

test("a sample becomes a Request", async () => {
  const receiver = new Receiver();
  const request = toFetchRequest(notificationRequest({ receiver, id: "x" }));
  assert.deepEqual([request.method, request.headers.get("content-type")], ["POST", "application/json"]);
  assert.equal((await request.json()).id, "x");
});
