import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:https";
import { test } from "node:test";
import Optidash, { ConnectionError } from "optidash";
import { untrustedCertificate } from "./certificate.mjs";
import { json, KEY, METADATA } from "./stub.mjs";

test("a certificate that nobody vouches for ends the connection before the key is sent", async (t) => {
  let requests = 0;
  const server = createServer(untrustedCertificate(), (_, response) => {
    requests += 1;
    json(METADATA)(response);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  t.after(() => server.close());
  const client = new Optidash(KEY, { baseUrl: `https://127.0.0.1:${server.address().port}` });
  for (const request of [client.fetch("https://a.example/"), client.upload(new Uint8Array(9))]) {
    await assert.rejects(request.toJSON(), (error) => {
      assert.ok(error instanceof ConnectionError);
      assert.match(error.message, /self-signed certificate/);
      return true;
    });
  }
  assert.equal(requests, 0);
});
