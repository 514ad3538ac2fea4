import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";
import { test } from "node:test";
import { promisify } from "node:util";
import Optidash, {
  ApiError,
  AuthenticationError,
  ConnectionError,
  OptidashError,
  RateLimitError,
  UnexpectedResponseError,
  ValidationError,
} from "optidash";
import { ID, json, KEY, METADATA, stub } from "./stub.mjs";

const URL_OF_IMAGE = "https://www.website.com/image.jpg";

test("toJSON sends the chain and gives the metadata", async (t) => {
  const { client, requests } = await stub(t, json(METADATA));
  const metadata = await client.fetch(URL_OF_IMAGE).resize({ width: 100, height: 75 }).toJSON();
  assert.deepEqual(metadata, METADATA);
  const [{ method, url, headers, body }] = requests;
  assert.equal(method, "POST");
  assert.equal(url, "/1.0/fetch");
  assert.equal(headers.authorization, `Basic ${btoa(`${KEY}:`)}`);
  assert.equal(headers["content-type"], "application/json");
  assert.match(headers["user-agent"], /^optidash\/\d+\.\d+\.\d+ \(npm; node /);
  assert.equal(body.toString(), `{"url": "${URL_OF_IMAGE}", "resize": {"width": 100, "height": 75}}`);
});

test("toJSON takes a callback", async (t) => {
  const { client } = await stub(t, json({ success: true, code: 202, id: ID }, 202));
  const request = client.fetch(URL_OF_IMAGE).webhook({ url: "https://www.website.com/endpoint" });
  const { returned, results } = await new Promise((resolve) => {
    const returned = request.toJSON((...results) => resolve({ returned, results }));
  });
  assert.equal(returned, undefined);
  assert.deepEqual(results, [null, { success: true, code: 202, id: ID }]);
});

test("a callback gets the error and what the API said", async (t) => {
  const failure = { success: false, code: 422, id: ID, message: "no image at that address" };
  const { client } = await stub(t, json(failure, 422));
  const [error, metadata] = await new Promise((resolve) => {
    client.fetch(URL_OF_IMAGE).toJSON((...results) => resolve(results));
  });
  assert.ok(error instanceof ApiError);
  assert.equal(error.message, "no image at that address");
  assert.deepEqual(metadata, failure);
});

test("a callback gets validation errors too, and never before the call returned", async () => {
  let returned = false;
  const error = await new Promise((resolve) => {
    new Optidash(KEY)
      .resize({ width: 0 })
      .fetch(URL_OF_IMAGE)
      .toJSON((error) => resolve(returned && error));
    returned = true;
  });
  assert.ok(error instanceof ValidationError);
  assert.equal(error.path, "resize.width");
});

test("what a callback throws is an uncaught exception, and the callback is not called again", async () => {
  const program = `
    import Optidash from "optidash";
    let calls = 0;
    process.on("uncaughtException", (error) => console.log(error.message, calls));
    process.on("unhandledRejection", () => console.log("unhandled rejection"));
    new Optidash("key").resize({}).toJSON(() => { calls += 1; throw new Error("mine"); });`;
  const { stdout } = await promisify(execFile)(process.execPath, ["--input-type=module", "-e", program]);
  assert.equal(stdout, "mine 1\n");
});

test("a request is a value: chains from one start share nothing", () => {
  const client = new Optidash(KEY);
  const start = client.fetch(URL_OF_IMAGE);
  const small = start.resize({ width: 10 });
  const large = start.resize({ width: 1000 }).flip({});
  assert.equal(start.toRequest().body.json, `{"url": "${URL_OF_IMAGE}"}`);
  assert.equal(small.toRequest().body.json, `{"url": "${URL_OF_IMAGE}", "resize": {"width": 10}}`);
  assert.equal(large.toRequest().body.json, `{"url": "${URL_OF_IMAGE}", "resize": {"width": 1000}, "flip": {}}`);
});

test("what happens to a hash after the call does not change the request", () => {
  const hash = { width: 10 };
  const request = new Optidash(KEY).resize(hash).fetch(URL_OF_IMAGE);
  hash.width = 20;
  assert.match(request.toRequest().body.json, /"width": 10/);
});

test("operations may come before the source, and every operation has its method", () => {
  const client = new Optidash(KEY);
  const hashes = {
    optimize: { compression: "medium" },
    flip: {},
    resize: { width: 1 },
    scale: { size: 0.5 },
    crop: { width: 1, height: 1 },
    watermark: { id: "x" },
    mask: { shape: "ellipse" },
    filter: { blur: 1 },
    adjust: { unsharp: 1 },
    auto: { enhance: true },
    border: {},
    padding: {},
    store: { id: "x" },
    output: { format: "png" },
    webhook: { url: "https://www.website.com/" },
    cdn: { push: false },
  };
  for (const [name, hash] of Object.entries(hashes)) {
    const { body } = client[name](hash).fetch(URL_OF_IMAGE).toRequest();
    assert.deepEqual(JSON.parse(body.json), { [name]: hash, url: URL_OF_IMAGE });
  }
  assert.match(client.stylize({ blur: 1 }).fetch(URL_OF_IMAGE).toRequest().body.json, /"filter"/);
  assert.match(client.operation("sparkle", { a: 1 }).fetch(URL_OF_IMAGE).toRequest().body.json, /"sparkle"/);
});

test("what is wrong is said before anything is sent", async (t) => {
  const { client, requests } = await stub(t, json(METADATA));
  const cases = [
    [client.resize({ width: 1 }), "missing_source", ""],
    [client.fetch(URL_OF_IMAGE).upload(new Uint8Array(1)), "two_sources", "upload"],
    [client.fetch(null), "required", "url"],
    [client.fetch(URL_OF_IMAGE).resize({ widht: 1 }), "misspelt_attribute", "resize.widht"],
    [client.fetch(URL_OF_IMAGE).resize({ width: 1n }), "malformed_json", ""],
    [client.fetch(URL_OF_IMAGE).resize(), "wrong_type", "resize"],
    [client.fetch(URL_OF_IMAGE).webhook({ url: "https://x.example/", delay: 604801 }), "out_of_range", "webhook.delay"],
  ];
  for (const [request, code, path] of cases) {
    await assert.rejects(request.toJSON(), (error) => {
      assert.ok(error instanceof ValidationError && error instanceof OptidashError && error instanceof Error);
      assert.deepEqual([error.name, error.code, error.path], ["ValidationError", code, path]);
      return true;
    });
  }
  await assert.rejects(client.fetch(URL_OF_IMAGE).webhook({ url: "https://x.example/" }).toBuffer(), {
    code: "conflict",
    path: "webhook",
  });
  assert.equal(requests.length, 0);
});

test("a key or a base URL that cannot be one is refused at once", () => {
  for (const key of [undefined, null, 5, "", "a:b", {}]) {
    assert.throws(() => new Optidash(key), { name: "ValidationError", code: "invalid_key", path: "key" });
  }
  assert.throws(() => new Optidash(KEY, { baseUrl: "http://api.example.com" }), { code: "insecure_base_url" });
  assert.throws(() => new Optidash(KEY, { authentication: "digest" }), { path: "authentication" });
});

test("the environment names another API", async (t) => {
  const { baseUrl, requests } = await stub(t, json(METADATA));
  t.after(() => delete process.env.OPTIDASH_BASE_URL);
  process.env.OPTIDASH_BASE_URL = baseUrl;
  await new Optidash(KEY, { authentication: "bearer" }).fetch(URL_OF_IMAGE).toJSON();
  assert.equal(requests[0].headers.authorization, `Bearer ${KEY}`);
});

test("a caller's own fetch carries the request", async () => {
  const seen = [];
  const fetch = async (url, init) => {
    seen.push([url, init.method]);
    return new Response(JSON.stringify(METADATA), { headers: { "content-type": "application/json" } });
  };
  assert.deepEqual(await new Optidash(KEY, { fetch }).fetch(URL_OF_IMAGE).toJSON(), METADATA);
  assert.deepEqual(seen, [["https://api.optidash.ai/1.0/fetch", "POST"]]);
});

test("each failure has its class", async (t) => {
  const cases = [
    [401, AuthenticationError],
    [429, RateLimitError],
    [422, ApiError],
    [500, ApiError],
  ];
  for (const [status, ErrorClass] of cases) {
    const { client } = await stub(t, json({ success: false, code: status, id: ID, message: "no" }, status));
    await assert.rejects(client.fetch(URL_OF_IMAGE).toJSON(), (error) => {
      assert.equal(error.constructor, ErrorClass);
      assert.deepEqual([error.status, error.requestId, error.metadata.code], [status, ID, status]);
      return true;
    });
  }
});

test("an answer that is none of the API's", async (t) => {
  const answers = [
    (response) => response.end("<html>hello</html>"),
    (response) => response.end(),
    (response) => response.end("[]"),
    (response) => response.writeHead(302, { Location: "http://127.0.0.1:1/" }).end(),
  ];
  for (const answer of answers) {
    const { client } = await stub(t, answer);
    await assert.rejects(client.fetch(URL_OF_IMAGE).toJSON(), UnexpectedResponseError);
  }
});

test("an answer without end is not read to its end", async (t) => {
  const { client } = await stub(t, (response) => {
    const chunk = Buffer.alloc(1 << 16, " ");
    const more = () => response.write(chunk, (error) => error || more());
    more();
  });
  await assert.rejects(client.fetch(URL_OF_IMAGE).toJSON(), { code: "response_too_large" });
});

test("nobody there, and a connection that breaks", async (t) => {
  const server = createServer((socket) => socket.once("data", () => socket.destroy()));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address();
  const request = new Optidash(KEY, { baseUrl: `http://127.0.0.1:${port}` }).fetch(URL_OF_IMAGE);
  await assert.rejects(request.toJSON(), (error) => error instanceof ConnectionError && error.cause instanceof Error);
  server.close();
  await once(server, "close");
  await assert.rejects(request.toJSON(), ConnectionError);

  const { client } = await stub(t, (response) => {
    response.writeHead(200, { "Content-Length": "100" });
    response.write('{"success":', () => response.destroy());
  });
  await assert.rejects(client.fetch(URL_OF_IMAGE).toJSON(), { name: "ConnectionError", code: "incomplete_body" });
});

test("a time limit of the caller's fetch is a TimeoutError", async (t) => {
  const { baseUrl } = await stub(t, () => {});
  const limited = (url, init) => fetch(url, { ...init, signal: AbortSignal.timeout(20) });
  await assert.rejects(new Optidash(KEY, { baseUrl, fetch: limited }).fetch(URL_OF_IMAGE).toJSON(), {
    name: "TimeoutError",
    code: "timed_out",
  });
});

test("account and webhooks are asked for", async (t) => {
  const { client, requests } = await stub(t, json({ success: true, code: 200, credits: { total: 1 } }));
  assert.deepEqual((await client.account()).credits, { total: 1 });
  await client.webhooks();
  await client.webhooks(ID);
  await client.webhooks({ status: ["delivered", "failed"], start: new Date(0), limit: 10 });
  assert.deepEqual(
    requests.map(({ method, url }) => `${method} ${url}`),
    [
      "GET /1.0/account",
      "GET /1.0/webhooks/",
      `GET /1.0/webhooks/${ID}`,
      "GET /1.0/webhooks/?status=delivered%2Cfailed&start=1970-01-01T00%3A00%3A00.000Z&limit=10",
    ],
  );
  await assert.rejects(client.webhooks({ limit: 101 }), { code: "out_of_range", path: "limit" });
  await assert.rejects(client.webhooks(""), { path: "id" });
});

test("no options are no options, in whatever way they are left out", async (t) => {
  const { client } = await stub(t, json(METADATA));
  for (const nothing of [undefined, null, {}]) {
    assert.deepEqual(await client.fetch(URL_OF_IMAGE).toJSON(nothing), METADATA);
    assert.deepEqual(await client.account(nothing), METADATA);
  }
  await assert.rejects(client.account({ timeuot: 5 }), { code: "misspelt_attribute", path: "timeuot" });
  assert.throws(() => new Optidash(KEY, { retrys: 5 }), { code: "misspelt_attribute", path: "retrys" });
});
