import assert from "node:assert/strict";
import { getEventListeners } from "node:events";
import { test } from "node:test";
import { setImmediate as turn } from "node:timers/promises";
import Optidash, { ApiError, ValidationError } from "optidash";
import { deferred, json, METADATA, refusal, stub } from "./stub.mjs";

const client = new Optidash("key", { concurrency: 3 });
const numbers = (count) => Array.from({ length: count }, (_, index) => index);

test("one result for each, in the order of the inputs", async (t) => {
  const { client, requests } = await stub(t, (response, request) => {
    const isBad = request.headers["content-length"] % 2 === 1;
    (isBad ? refusal(422) : json(METADATA))(response);
  });
  const names = ["a", "ab", "abc", "abcd"];
  const results = await client.batch(names, (name, opti) => opti.fetch(`https://www.website.com/${name}`).toJSON());
  assert.equal(requests.length, 4);
  const lengths = names.map((name) => `{"url": "https://www.website.com/${name}"}`.length);
  for (const [index, result] of results.entries()) {
    assert.equal(result.ok, lengths[index] % 2 === 0);
    if (result.ok) assert.deepEqual(result.value, METADATA);
    else assert.ok(result.error instanceof ApiError);
  }
});

test("so many at once, and each input when its turn comes", async () => {
  let [running, most, taken, finished] = [0, 0, 0, 0];
  async function* inputs() {
    for (const number of numbers(40)) {
      taken += 1;
      assert.ok(taken - finished <= 4, "taken before its turn");
      yield number;
    }
  }
  const run = async (number) => {
    running += 1;
    most = Math.max(most, running);
    for (let wait = 0; wait < number % 5; wait++) await turn();
    running -= 1;
    finished += 1;
    return number * 2;
  };
  const results = await client.batch(inputs(), run);
  assert.deepEqual(
    results,
    numbers(40).map((number) => ({ ok: true, value: number * 2 })),
  );
  assert.equal(most, 3);
  most = 0;
  finished = taken = 0;
  await client.batch(numbers(9), run, { concurrency: 1 });
  assert.equal(most, 1);
});

test("concurrency is checked", async () => {
  for (const concurrency of [0, 65, 1.5, Number.NaN, "6"]) {
    assert.throws(() => new Optidash("key", { concurrency }), { name: "ValidationError", path: "concurrency" });
    await assert.rejects(
      client.batch([], () => {}, { concurrency }),
      ValidationError,
    );
  }
  assert.deepEqual(await client.batch([], () => {}), []);
});

test("results are told as they come", async () => {
  const told = [];
  const onResult = (result, index) => told.push([index, result.ok]);
  const run = async (number) => {
    if (number === 0) await turn();
    if (number === 1) throw new Error("one");
    return number;
  };
  const results = await client.batch([0, 1, 2], run, { onResult });
  assert.deepEqual(told.toSorted(), [
    [0, true],
    [1, false],
    [2, true],
  ]);
  assert.notEqual(told[0][0], 0);
  assert.equal(results[1].error.message, "one");
});

test("a function that throws at once is a result like any other", async () => {
  const [result] = await client.batch([1], () => {
    throw new Error("at once");
  });
  assert.equal(result.error.message, "at once");
});

test("aborting ends the batch, its calls and its source", async (t) => {
  const sockets = [];
  const arrival = deferred();
  const { client } = await stub(t, (_response, { socket }) => {
    sockets.push(new Promise((resolve) => socket.once("close", resolve)));
    if (sockets.length === 2) arrival.resolve();
  });
  const controller = new AbortController();
  let isReturned = false;
  function* inputs() {
    try {
      for (;;) yield "https://www.website.com/image.jpg";
    } finally {
      isReturned = true;
    }
  }
  const run = (url, opti) => opti.fetch(url).toJSON();
  const batch = client.batch(inputs(), run, { concurrency: 2, signal: controller.signal });
  await arrival.promise;
  const reason = new Error("enough");
  controller.abort(reason);
  await assert.rejects(batch, (error) => error === reason);
  await Promise.all(sockets);
  assert.ok(isReturned);
  await assert.rejects(client.batch([1], run, { signal: controller.signal }), (error) => error === reason);
});

test("a source or a listener that throws fails the batch", async () => {
  const mine = new Error("mine");
  async function* broken() {
    yield 1;
    throw mine;
  }
  await assert.rejects(
    client.batch(broken(), (number) => number),
    (error) => error === mine,
  );
  const onResult = () => {
    throw mine;
  };
  let calls = 0;
  const counting = () => {
    calls += 1;
  };
  await assert.rejects(client.batch(numbers(100), counting, { onResult }), (error) => error === mine);
  assert.ok(calls <= 3, `${calls} were begun`);
});

test("a source without end takes no memory but for the results", async () => {
  let yielded = 0;
  async function* inputs() {
    for (; yielded < 20_000; yielded++) yield Buffer.alloc(100_000);
  }
  const before = process.memoryUsage().arrayBuffers;
  let most = 0;
  await client.batch(inputs(), ({ length }) => {
    if (yielded % 500 === 0) most = Math.max(most, process.memoryUsage().arrayBuffers);
    return length;
  });
  assert.equal(yielded, 20_000);
  assert.ok(most - before < 500 << 20, `${(most - before) >> 20} MiB`);
});

test("as many calls as may be, with one signal, are no leak", async (t) => {
  const warnings = [];
  const warn = (warning) => warnings.push(warning.name);
  process.on("warning", warn);
  t.after(() => process.off("warning", warn));
  const { client } = await stub(t, json(METADATA));
  const { signal } = new AbortController();
  const options = { concurrency: 64, signal };
  const results = await client.batch(numbers(130), (_, opti) => opti.account({ signal }), options);
  assert.ok(results.every(({ ok }) => ok));
  await turn();
  assert.deepEqual([warnings, getEventListeners(signal, "abort").length], [[], 0]);
});
