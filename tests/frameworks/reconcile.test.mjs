import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import Optidash, { Receiver } from "optidash";
import { nodeWebhook } from "optidash/node";
import { createWebhookHandler, reconcile } from "optidash/webhook";
import { start, temporaryFolder } from "./runtimes.mjs";

const path = (name) => fileURLToPath(new URL(`../../${name}`, import.meta.url));
const IMAGE = "https://www.website.com/image.jpg";

/** A local API, and a way to wait until it has given up or delivered what is due. */
async function localApi(t) {
  const data = await temporaryFolder(t);
  const command = process.env.OPTIDASH_COMMAND ?? path("dist/optidash");
  const fixture = `${IMAGE}=${path("tests/images/coffee.jpg")}`;
  const words = ["serve", "--listen", "127.0.0.1:0", "--data", join(data, "api"), "--fixture", fixture];
  // It reports every delivery that fails, which here they do on purpose.
  const baseUrl = await start(t, command, words, { stderr: "ignore" }).line();
  const client = new Optidash("key", { baseUrl });
  const state = async (id) => (await client.webhooks(id)).webhook.status;
  const settled = async (id) => {
    const deadline = Date.now() + 30_000;
    for (let status = await state(id); ; status = await state(id)) {
      if (["delivered", "failed"].includes(status)) return status;
      assert.ok(Date.now() < deadline, `${id} is still ${status}`);
    }
  };
  const request = async (url) => (await client.fetch(IMAGE).resize({ width: 10 }).webhook({ url }).toJSON()).id;
  return { client, settled, request };
}

test("an endpoint that was down loses nothing, and gets nothing twice", async (t) => {
  const { client, settled, request } = await localApi(t);
  const handled = [];
  let isBroken = false;
  const handler = createWebhookHandler(new Receiver({ networks: ["127.0.0.1"] }), {
    onNotification: ({ id, output }) => {
      if (isBroken) throw new Error("no disk");
      handled.push([id, output.width]);
    },
    onError: () => {},
  });
  const listener = nodeWebhook(handler);
  const server = createServer(listener);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address();
  const url = `http://127.0.0.1:${port}/endpoint`;
  const since = new Date(Date.now() - 60_000);

  const arrived = await request(url);
  assert.equal(await settled(arrived), "delivered");
  isBroken = true;
  const refused = await request(url);
  assert.equal(await settled(refused), "failed");
  isBroken = false;
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  const missed = [await request(url), await request(url)];
  for (const id of missed) assert.equal(await settled(id), "failed");
  assert.deepEqual(handled, [[arrived, 10]]);

  await handler.expect(missed[0], "order 17");
  const done = await reconcile({ since, client, handler });
  assert.deepEqual(done.handled.toSorted(), [refused, ...missed].toSorted());
  assert.deepEqual(
    { ...done, handled: [] },
    { handled: [], duplicate: [], unexpected: [], failed: [], unresolved: [] },
  );
  assert.deepEqual(handled.map(([id]) => id).toSorted(), [arrived, refused, ...missed].toSorted());

  const again = await reconcile({ since, client, handler });
  assert.deepEqual([again.handled, again.duplicate.length], [[], 3]);
  const later = await reconcile({ since: new Date(Date.now() + 60_000), client, handler });
  assert.deepEqual([later.duplicate, later.handled], [[], []]);
});

test("more than a page of the history is read to its end", async (t) => {
  const { client, settled, request } = await localApi(t);
  // Nothing listens on the discard port.
  const ids = [];
  for (let count = 0; count < 120; count++) ids.push(await request("http://127.0.0.1:9/"));
  for (const id of ids) assert.equal(await settled(id), "failed");
  const handled = new Set();
  const handler = createWebhookHandler(new Receiver(), { onNotification: ({ id }) => void handled.add(id) });
  const done = await reconcile({ since: new Date(Date.now() - 600_000), client, handler });
  assert.deepEqual([done.handled.length, handled.size], [120, 120]);
});
