import assert from "node:assert/strict";
import { test } from "node:test";
import Optidash, { Receiver, ValidationError } from "optidash";
import { KEY } from "./stub.mjs";

/** The error that a call throws, in a line. */
function refused(run) {
  try {
    run();
  } catch (error) {
    assert.ok(error instanceof ValidationError, error);
    return `${error.path}: ${error.message}`;
  }
  return assert.fail("nothing was thrown");
}

const withOptions = (options) => refused(() => new Optidash(KEY, options));

test("misspelt options are answered with the names that JavaScript has", () => {
  assert.equal(withOptions({ baseURL: "" }), "baseURL: there is no option `baseURL`; did you mean `baseUrl`?");
  assert.equal(withOptions({ Fetch: fetch }), "Fetch: there is no option `Fetch`; did you mean `fetch`?");
  assert.match(withOptions({ onRequest() {} }), /known are authentication, baseUrl, .*, hooks, fetch, proxy$/);
  assert.match(withOptions({ baseUrl: "http://www.website.com" }), /^baseUrl: would send/);
  const receiver = (settings) => refused(() => new Receiver(settings));
  assert.match(receiver({ maxbody: 1 }), /did you mean `maxBody`\?$/);
  assert.match(receiver({ trustedProxies: { hop: 1 } }), /^trustedProxies\./);
});

test("hooks that nothing would call are refused", () => {
  assert.match(withOptions({ hooks: { onRequest() {} } }), /^hooks\.onRequest: .*did you mean `request`\?$/);
  assert.match(withOptions({ hooks: { error() {} } }), /known are request, response, retry$/);
  assert.match(withOptions({ hooks() {} }), /^hooks: must be a hash/);
});

test("a fetch that cannot be called is refused at once", () => {
  assert.match(withOptions({ fetch: "undici" }), /`fetch` has to be a function/);
});

test("null stands for no options", async () => {
  assert.ok(new Optidash(KEY, null) instanceof Optidash);
  assert.deepEqual(await new Optidash(KEY).batch([1], (input) => input, null), [{ ok: true, value: 1 }]);
});

test("options of a call are checked, also behind a callback that is none", async () => {
  const image = new Optidash(KEY).fetch("https://www.website.com/image.jpg");
  await assert.rejects(image.toJSON(null, { retries: 99 }), { path: "retries" });
  await assert.rejects(image.toJSON({ onUploadprogress() {} }), /did you mean `onUploadProgress`\?/);
  await assert.rejects(image.toJSON({ retry: 1 }), /known are timeout, retries, signal, onUploadProgress/);
});

test("a batch checks its options and its function before it takes an input", async () => {
  const client = new Optidash(KEY);
  const inputs = {
    // biome-ignore lint/correctness/useYield: it must not be asked
    *[Symbol.iterator]() {
      assert.fail("an input was taken");
    },
  };
  await assert.rejects(client.batch(inputs), TypeError);
  await assert.rejects(
    client.batch(inputs, () => {}, { concurency: 2 }),
    /did you mean `concurrency`\?/,
  );
});
