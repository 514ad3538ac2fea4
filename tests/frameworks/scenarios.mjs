// What every adapter has to do, over a real socket.
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { request } from "node:http";
import { connect } from "node:net";
import { Receiver } from "optidash";
import { notificationRequest } from "optidash/testing";
import { MAX_BODY, SECRET } from "./routes.mjs";

const receiver = new Receiver();
const INSIDE = "212.224.84.130";

/**
 * @param start starts the application and gives `{ port, seen }`: the notifications handled so far
 * @param anyMethod whether the application passes other methods than POST to the adapter
 */
export function testAdapter(test, name, start, { anyMethod = true } = {}) {
  test(name, async (t) => {
    const { port, seen } = await start(t);
    const post = (path, sample, more) => send(port, { ...sample, path, ...more });
    const sample = (more) => notificationRequest({ receiver, endpoint: `http://127.0.0.1:${port}/`, ...more });
    const handled = async (id) => (await seen()).filter((notification) => notification.id === id);

    await t.test("handles a notification once", async () => {
      const id = randomUUID();
      assert.equal((await post("/plain", sample({ id }))).status, 200);
      assert.equal((await post("/plain", sample({ id }))).status, 200);
      assert.deepEqual(await handled(id), [{ id }]);
    });

    await t.test("answers 500 when the handler fails", async () => {
      assert.equal((await post("/failing", sample())).status, 500);
    });

    await t.test("answers 200 when the deadline passes, and lets the handler run on", async () => {
      const id = randomUUID();
      assert.equal((await post("/slow", sample({ id }))).status, 200);
      assert.deepEqual(await handled(id), [{ id }]);
    });

    await t.test("believes no proxy header", async () => {
      const forged = {
        "X-Forwarded-For": INSIDE,
        "X-Real-IP": INSIDE,
        Forwarded: `for=${INSIDE}`,
        "CF-Connecting-IP": INSIDE,
        "True-Client-IP": INSIDE,
      };
      assert.equal((await post("/remote", sample({ headers: forged }))).status, 403);
    });

    await t.test("believes trusted proxies, from the right", async () => {
      const from = async (hops) => (await post("/proxied", sample({ headers: { "X-Forwarded-For": hops } }))).status;
      assert.equal(await from(INSIDE), 200);
      assert.equal(await from(`192.0.2.1, ${INSIDE}, 10.1.2.3`), 200);
      assert.equal(await from(`${INSIDE}, 192.0.2.1`), 403);
      assert.equal(await from(`${INSIDE}, unknown`), 403);
    });

    await t.test("knows signed endpoints, in both places", async () => {
      const signer = new Receiver({ secret: SECRET });
      for (const placement of ["password", "query"]) {
        const id = randomUUID();
        const url = `http://127.0.0.1:${port}/signed`;
        const endpoint = signer.endpoint(url, { context: `order ${id}`, placement });
        const genuine = notificationRequest({ receiver, endpoint, id });
        const { pathname, search } = new URL(genuine.url);
        assert.equal((await send(port, { ...genuine, path: pathname + search })).status, 200);
        assert.deepEqual(await handled(id), [{ id, context: `order ${id}` }]);
        const elsewhere = notificationRequest({ receiver, endpoint: signer.endpoint(`${url}2`, { placement }), id });
        const path = `/signed${new URL(elsewhere.url).search}`;
        assert.equal((await send(port, { ...elsewhere, path })).status, 401);
      }
      assert.equal((await post("/signed", sample())).status, 401);
    });

    await t.test("refuses what is no notification", async () => {
      assert.equal((await post("/plain", sample(), { body: "{" })).status, 400);
      assert.equal((await post("/plain", sample(), { body: "" })).status, 400);
      assert.equal((await post("/plain", sample({ headers: { "Content-Type": "text/plain" } }))).status, 415);
      if (anyMethod) assert.equal((await post("/plain", sample(), { method: "PUT" })).status, 405);
    });

    for (const framing of ["Content-Length", "Transfer-Encoding"]) {
      await t.test(`refuses a body that is too long before its end (${framing})`, async () => {
        assert.equal(await answerToUnfinished(port, "/plain", framing), 413);
      });
    }

    await t.test("takes a body of exactly the limit", async () => {
      const body = sample().body;
      const padded = body + " ".repeat(MAX_BODY - body.length);
      assert.equal((await post("/plain", sample(), { body: padded })).status, 200);
      assert.equal((await post("/plain", sample(), { body: `${padded} ` })).status, 413);
    });
  });
}

/** Sends a request from this machine. */
export function send(port, { method, path, headers, body }) {
  return new Promise((resolve, reject) => {
    const length = { "Content-Length": Buffer.byteLength(body) };
    const sent = request({ port, host: "127.0.0.1", method, path, headers: { ...headers, ...length }, agent: false });
    sent.on("response", async (response) => {
      const chunks = await response.toArray();
      resolve({ status: response.statusCode, headers: response.headers, text: Buffer.concat(chunks).toString() });
    });
    sent.on("error", reject);
    sent.end(body);
  });
}

/** Sends the begin of a body that is too long, and not its end: the status comes only when nobody waits for that. */
function answerToUnfinished(port, path, framing) {
  return new Promise((resolve, reject) => {
    const socket = connect(port, "127.0.0.1");
    const begin = "x".repeat(2 * MAX_BODY);
    const [line, body] =
      framing === "Transfer-Encoding"
        ? ["Transfer-Encoding: chunked", `${begin.length.toString(16)}\r\n${begin}\r\n`]
        : [`Content-Length: ${1 << 30}`, begin];
    socket.once("data", (data) => {
      resolve(Number(data.toString().split(" ")[1]));
      socket.destroy();
    });
    socket.on("error", reject);
    socket.on("close", () => reject(new Error("closed without an answer")));
    socket.write(
      `POST ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n${line}\r\n\r\n${body}`,
    );
  });
}
