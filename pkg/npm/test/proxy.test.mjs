import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, request as forward } from "node:http";
import { connect } from "node:net";
import { test } from "node:test";
import Optidash, { ConnectionError } from "optidash";
import { consumer } from "./consumer.mjs";
import { json, KEY, METADATA, stub } from "./stub.mjs";

const IMAGE = "https://www.website.com/image.jpg";

/** An HTTP proxy; keeps what it was asked for, and by whom. */
async function proxy(t) {
  const asked = [];
  const server = createServer((request, response) => {
    asked.push(request);
    const { method, headers, url } = request;
    request.pipe(forward(url, { method, headers }, (answer) => answer.pipe(response.writeHead(answer.statusCode))));
  });
  server.on("connect", (request, socket) => {
    asked.push(request);
    const { hostname, port } = new URL(`http://${request.url}`);
    const upstream = connect(port, hostname, () => {
      socket.write("HTTP/1.1 200 OK\r\n\r\n");
      upstream.pipe(socket).pipe(upstream);
    });
    upstream.on("error", () => socket.destroy());
    socket.on("error", () => upstream.destroy());
    t.after(() => socket.destroy());
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  t.after(() => server.close());
  return { asked, port: server.address().port };
}

test("requests go through a proxy, and only the proxy gets its password", async (t) => {
  const { asked, port } = await proxy(t);
  const { client, requests } = await stub(t, json(METADATA), { proxy: `http://user:pa55word@127.0.0.1:${port}` });
  assert.deepEqual(await client.fetch(IMAGE).toJSON(), METADATA);
  assert.deepEqual(await client.upload(Buffer.alloc(200_000)).toJSON(), METADATA);
  assert.ok(asked.length > 0);
  for (const { headers } of asked) assert.equal(headers["proxy-authorization"], `Basic ${btoa("user:pa55word")}`);
  assert.equal(requests.length, 2);
  for (const { headers } of requests) assert.equal(headers["proxy-authorization"], undefined);
});

test("a proxy that is not there, and one that cannot be", async (t) => {
  const { client } = await stub(t, json(METADATA), { proxy: "http://user:pa55word@127.0.0.1:9" });
  await assert.rejects(client.fetch(IMAGE).toJSON(), (error) => {
    assert.ok(error instanceof ConnectionError);
    assert.ok(!`${error.stack}${JSON.stringify(error)}${error.cause?.stack}`.includes("pa55word"));
    return true;
  });
  const { client: strange } = await stub(t, json(METADATA), { proxy: "no proxy" });
  await assert.rejects(strange.fetch(IMAGE).toJSON(), { name: "ValidationError", code: "unavailable" });
});

test("a proxy is for the runtime's own fetch", () => {
  const options = { proxy: "http://127.0.0.1:9", fetch };
  assert.throws(() => new Optidash("key", options), { name: "ValidationError", code: "unavailable" });
});

test("without undici the error says what to install", async (t) => {
  const { program } = await consumer(t);
  const output = await program(
    "main.mjs",
    `import Optidash from "optidash";
     const options = [{ proxy: "http://127.0.0.1:9" }, { timeout: { connect: 5 } }, { timeout: { idle: null } }];
     for (const option of options) {
       const error = await new Optidash("${KEY}", option).account().catch((error) => error);
       console.log(error.name, error.code, /npm install undici/.test(error.message));
     }`,
  );
  assert.equal(output, "ValidationError unavailable true\n".repeat(3));
});
