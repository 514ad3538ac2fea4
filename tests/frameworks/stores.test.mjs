import assert from "node:assert/strict";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { test } from "node:test";
import IoRedis from "ioredis";
import { redisStore, sqliteStore } from "optidash/webhook";
import { createClient } from "redis";
import { testExpiry, testStore } from "../../pkg/npm/test/webhook-stores.mjs";
import { redisServer } from "./redis.mjs";
import { start, temporaryFolder } from "./runtimes.mjs";

const database = async (t) => join(await temporaryFolder(t), "webhooks.db");

for (const suite of [testStore, testExpiry]) {
  suite(test, "SQLite", async (t) => sqliteStore(await database(t)));
  suite(test, "SQLite, an open database", () => sqliteStore(new DatabaseSync(":memory:")));
}

test("SQLite: what one store claims, another on the same file knows", async (t) => {
  const path = await database(t);
  const [one, another] = [sqliteStore(path), sqliteStore(path)];
  const times = { now: 1000, expires: 2000 };
  assert.equal(one.claim("a", "{}", times).claimed, true);
  assert.equal(another.claim("a", "{}", times).claimed, false);
});

test("SQLite: of many processes at once one gets each id", async (t) => {
  const path = await database(t);
  sqliteStore(path);
  const program = `
    import { sqliteStore } from "optidash/webhook";
    const store = sqliteStore(process.argv[1]);
    let claimed = 0;
    for (let id = 0; id < 50; id++) if (store.claim(String(id), "{}", { now: 1, expires: 9 }).claimed) claimed += 1;
    console.log(claimed);`;
  const words = ["--input-type=module", "--no-warnings", "--eval", program, path];
  const processes = Array.from({ length: 3 }, () => start(t, process.execPath, words));
  const counts = await Promise.all(processes.map(async ({ line }) => Number(await line())));
  assert.equal(
    counts.reduce((sum, count) => sum + count),
    50,
  );
});

const clients = {
  async redis(t) {
    const client = createClient({ socket: { path: await redisServer(t) } });
    // The server ends before the client does.
    client.on("error", () => {});
    await client.connect();
    t.after(() => client.destroy());
    return client;
  },
  async ioredis(t) {
    const client = new IoRedis(await redisServer(t));
    client.on("error", () => {});
    t.after(() => client.disconnect());
    return client;
  },
};

for (const [name, connect] of Object.entries(clients)) {
  const empty = async (t) => redisStore(await connect(t), { prefix: `{${name}}:` });
  testStore(test, `Redis, by ${name}`, empty);

  test(`Redis, by ${name}: a claim ends when it expires`, async (t) => {
    const store = await empty(t);
    const past = { now: 1000, expires: Date.now() - 1 };
    assert.equal((await store.claim("a", "{}", past)).claimed, true);
    assert.deepEqual(await store.pending(2000, 3000), [], "nothing is left of it");
    assert.equal((await store.claim("a", "{}", past)).claimed, true);
  });

  test(`Redis, by ${name}: the default keys are of one slot`, async (t) => {
    const client = await connect(t);
    const store = redisStore(client);
    await store.claim(`${name} a`, "{}", { now: 1, expires: 8_000_000_000_000 });
    await store.bind(`${name} nonce`, "a", 8_000_000_000_000);
    const keys = await client.keys("{optidash}*");
    assert.ok(keys.length >= 3);
  });
}
