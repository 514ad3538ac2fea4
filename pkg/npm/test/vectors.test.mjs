// Runs tests/vectors through what the package's users call. A file or an operation unknown here fails.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import Optidash, { OptidashError, outputSize, Receiver, readMetadata, transform } from "optidash";
import * as protocol from "../lib/wasm/optidash.js";

const folder = new URL("../../../tests/vectors/", import.meta.url);
const read = (name) => JSON.parse(readFileSync(new URL(name, folder), "utf8"));

/** For each operation of the core: runs a case through the public interface and gives the answer document. */
const runners = {
  request({ calls, response, ...client }) {
    const start = clientOf(client);
    const request = calls.reduce(addCall, start);
    // A client is no request yet; the empty chain of the core is one without calls.
    return calls.length === 0 ? start.operation("flip", {}).toRequest(response) : request.toRequest(response);
  },

  client: ofCore("client"),

  async account(client, _, one) {
    return recorded(one, client, (optidash) => optidash.account());
  },

  async webhooks({ filters, ...client }, _, one) {
    const query = typeof filters.id === "string" ? filters.id : filters;
    return recorded(one, client, (optidash) => optidash.webhooks(query));
  },

  webhook_page: ofCore("webhook_page"),

  create_key: ofCore("create_key"),

  rename_key: ofCore("rename_key"),

  download: ofCore("download"),

  observed_response: ofCore("observed_response"),

  retry: ofCore("retry"),

  transport_error: ofCore("transport_error"),

  async catch_up({ catch_up: options, ...client }, _, one) {
    const next = (optidash) => optidash.catchUp(options).next();
    return recorded(one, client, next, { success: true, code: 200, webhooks: [] });
  },

  /** One page comes from the case; an empty one ends the walk. */
  async history({ answer, offset, limit }) {
    if (limit !== undefined) return ofCore("history")({ answer, offset, limit });
    const asked = [];
    const fetch = async (url) => {
      asked.push(Number(new URL(url).searchParams.get("offset")));
      const page = asked.length === 1 ? answer : { success: true, code: 200, webhooks: [] };
      return new Response(JSON.stringify(page));
    };
    const webhooks = [];
    for await (const webhook of clientOf({ key: "key" }, fetch).catchUp({ since: "2026-01-31", offset })) {
      webhooks.push({ ...webhook, notification: webhook.notification && notificationOf(webhook.notification) });
    }
    return { webhooks, next_offset: asked[1] ?? null };
  },

  async response(head, bytes) {
    return { metadata: await exchanged(head, bytes) };
  },

  async response_body(head) {
    if (head.binary === undefined) return ofCore("response_body")(head);
    const limit = 1 << 20;
    // Only a document is read up to a limit, so one byte more than that tells which kind of body the package saw.
    const outcome = await exchanged(head, Buffer.alloc(limit + 1, " ")).catch((error) => error);
    if (outcome instanceof OptidashError) {
      if (outcome.code !== "response_too_large") throw outcome;
      const whole = await exchanged(head, Buffer.alloc(limit, " ")).catch((error) => error);
      assert.notEqual(whole.code, "response_too_large");
      return { kind: "document", limit };
    }
    return { kind: "image", metadata: outcome };
  },

  receive({ settings, request, expect, now }, bytes) {
    const options = { expect, now: dateOf(now) };
    return decision(new Receiver(camelCase(settings)).receive({ ...request, body: bytes }, options));
  },

  receive_head({ settings, request, now }) {
    const rejection = new Receiver(camelCase(settings)).receiveHead(request, { now: dateOf(now) });
    return rejection === null ? { rejection } : decision(rejection);
  },

  endpoint({ settings, options: { url, ...options }, now }, nonce) {
    return { url: new Receiver(camelCase(settings)).endpoint(url, { ...options, now: dateOf(now), nonce }) };
  },

  receiver(settings) {
    const { networks, maxBody: max_body, deadline, retention } = new Receiver(camelCase(settings));
    return { networks, max_body, deadline, retention };
  },

  outcome({ outcome }) {
    return { status: new Receiver().statusFor(outcome) };
  },

  notification(_, bytes) {
    return decision(new Receiver().receive({ ...genuine, body: bytes }));
  },

  sender({ trusted_proxies: trustedProxies, ...request }, _, { answer }) {
    const receiver = (networks) => new Receiver(camelCase({ trustedProxies, networks }));
    const reason = (networks) => receiver(networks).receive({ method: "POST", body: "", ...request }).reason;
    if (reason(["192.0.2.77"]) === "unknown_sender") return { address: null };
    assert.equal(reason(["192.0.2.77"]), "untrusted_address");
    return { address: reason([answer.address]) === "malformed_json" ? answer.address : undefined };
  },

  contains({ address, networks }) {
    const { reason } = new Receiver({ networks }).receive({ method: "POST", address, headers: [], body: "" });
    return { contains: reason === "malformed_json" };
  },

  output_size({ operations, width, height }) {
    return outputSize(operations, width, height);
  },

  async transform({ operations, name }, bytes) {
    const { input, output } = await transform(bytes, operations, { name });
    return { input, output };
  },

  metadata({ name }, bytes) {
    return readMetadata(bytes, { name });
  },
};

const genuine = { method: "POST", address: "212.224.84.130", headers: [] };

function clientOf({ key, authentication, base_url: baseUrl }, fetch) {
  return new Optidash(key, { authentication, baseUrl, fetch });
}

function addCall(chain, [name, ...values]) {
  if (name === "upload") return chain.upload(new Uint8Array(), values[0]);
  if (name === "fetch") return chain.fetch(...values);
  return chain.operation(name, values[0]);
}

/** What has no public interface is asked of the core itself. */
function ofCore(operation) {
  return (input, bytes = Buffer.alloc(0)) => {
    try {
      return JSON.parse(core().call(operation, JSON.stringify(input), bytes).document);
    } catch (thrown) {
      if (typeof thrown !== "string") throw thrown;
      const { type, ...details } = JSON.parse(thrown);
      throw Object.assign(new OptidashError(details), { name: type });
    }
  };
}

function core() {
  const wasm = readFileSync(new URL("../lib/wasm/optidash_bg.wasm", import.meta.url));
  protocol.initSync({ module: new WebAssembly.Module(wasm) });
  return protocol;
}

/** The description of a query as far as it went to `fetch`; the rest of it nobody sees from outside. */
async function recorded({ answer: expected }, client, query, answer = { success: true, code: 200 }) {
  let description;
  const fetch = async (url, { method, headers, body }) => {
    description = { ...expected, method, url, headers, body: body ?? null };
    return new Response(JSON.stringify(answer));
  };
  await query(clientOf(client, fetch));
  return description;
}

async function exchanged({ status, headers, binary }, bytes) {
  const body = new Blob([bytes]).stream();
  const fetch = async () => ({ status, headers, body });
  const request = new Optidash("key", { fetch, retries: 0 }).fetch("https://www.website.com/image.jpg");
  return binary ? (await request.toBuffer()).metadata : request.toJSON();
}

const declarations = readFileSync(new URL("../lib/types/answers.d.cts", import.meta.url), "utf8");

function decision(outcome) {
  if (outcome.accepted) return { notification: notificationOf(outcome) };
  const { accepted: _, headers, ...rejection } = outcome;
  assert.ok(declarations.includes(`"${rejection.reason}"`), `RejectionReason lacks ${rejection.reason}`);
  return { rejection: { ...rejection, headers: Object.entries(headers) } };
}

function notificationOf({ accepted: _, ...notification }) {
  return notification;
}

function dateOf(seconds) {
  return seconds === undefined ? undefined : new Date(seconds * 1000);
}

function camelCase(value) {
  if (Array.isArray(value)) return value.map(camelCase);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [camel(name), camelCase(inner)]));
}

function camel(name) {
  return name.replace(/_([a-z])/g, (_, letter) => letter.toUpperCase());
}

/** `User-Agent` names the package, and messages may be worded anew. */
function comparable(document) {
  const copy = structuredClone(document);
  for (const described of [copy, copy.observed]) {
    if (described?.headers) described.headers = described.headers.filter(([name]) => name !== "User-Agent");
  }
  if (copy.rejection) delete copy.rejection.message;
  if (copy.body?.json) copy.body.json = withDoubles(copy.body.json);
  if (copy.body?.multipart) copy.body.multipart.data = withDoubles(copy.body.multipart.data);
  return copy;
}

/** JavaScript has one kind of number: 1.0 is 1, and whole numbers above 2^53 are rounded before the package sees them. */
function withDoubles(text) {
  return text.replace(/"(?:[^"\\]|\\.)*"|-?\d[\d.eE+-]*/g, (token) =>
    token[0] === '"' ? token : String(Number(token)),
  );
}

function bytesOf({ bytes, bytes_base64: base64 }) {
  return base64 === undefined ? Buffer.from(bytes ?? "") : Buffer.from(base64, "base64");
}

async function check(run, one) {
  const answer = async () => run(one.input, bytesOf(one), one);
  if (one.error === undefined) {
    assert.deepEqual(comparable(await answer()), comparable(one.answer));
    return;
  }
  await assert.rejects(answer, (error) => {
    assert.ok(error instanceof OptidashError, error);
    const { type, path, ...details } = one.error;
    assert.ok([path, camel(path)].includes(error.path), error.path);
    const found = Object.keys(details).map((name) => [name, error[camel(name)]]);
    assert.deepEqual({ type: error.name, path, ...Object.fromEntries(found) }, one.error);
    return true;
  });
}

delete process.env.OPTIDASH_BASE_URL;
for (const file of read("index.json").files) {
  const { operation, cases } = read(file);
  test(`${file}: ${operation}`, async (t) => {
    const run = runners[operation];
    assert.ok(run, `there is no way to run the operation ${operation}`);
    assert.ok(cases.length > 0);
    for (const one of cases) await t.test(one.name, () => check(run, one));
  });
}
