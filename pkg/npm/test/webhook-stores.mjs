// What every store has to do; the tests of each store call this with a way to make an empty one.
import assert from "node:assert/strict";

// In the year 2223: Redis keeps its own time.
const LATER = 8_000_000_000_000;
const options = (more = {}) => ({ now: 1000, expires: LATER, ...more });

/** @param test of node:test @param empty gives an empty store, closed when the test ends */
export function testStore(test, name, empty) {
  const check = (what, work) => test(`${name}: ${what}`, async (t) => work(await empty(t)));

  check("an id is claimed once", async (store) => {
    assert.deepEqual(await store.claim("a", "{}", options()), { claimed: true, context: null });
    assert.deepEqual(await store.claim("a", "{}", options()), { claimed: false, context: null });
    assert.deepEqual(await store.claim("b", "{}", options()), { claimed: true, context: null });
    await store.complete("a");
    assert.equal((await store.claim("a", "{}", options())).claimed, false);
  });

  check("of many claims at once one is granted", async (store) => {
    const claims = await Promise.all(Array.from({ length: 20 }, () => store.claim("a", "{}", options())));
    assert.equal(claims.filter(({ claimed }) => claimed).length, 1);
  });

  check("a released id can be claimed again, a completed one cannot be released", async (store) => {
    await store.claim("a", "{}", options());
    await store.release("a");
    assert.equal((await store.claim("a", "{}", options())).claimed, true);
    await store.complete("a");
    await store.release("a");
    assert.equal((await store.claim("a", "{}", options())).claimed, false);
  });

  check("the context comes with the claim, also an empty one, and stays", async (store) => {
    await store.expect("a", "order 17", LATER);
    await store.expect("b", "", LATER);
    assert.deepEqual(await store.claim("a", "{}", options()), { claimed: true, context: "order 17" });
    assert.deepEqual(await store.claim("a", "{}", options()), { claimed: false, context: "order 17" });
    assert.deepEqual(await store.claim("b", "{}", options()), { claimed: true, context: "" });
    await store.release("a");
    assert.deepEqual(await store.claim("a", "{}", options()), { claimed: true, context: "order 17" });
  });

  check("an expectation that comes late serves what is pending", async (store) => {
    await store.claim("a", "{}", options());
    await store.expect("a", "late", LATER);
    assert.equal((await store.claim("a", "{}", options())).claimed, false);
    assert.deepEqual([...(await store.pending(1000, 2000))], [{ id: "a", notification: "{}", context: "late" }]);
  });

  check("what was claimed and not completed is pending, for one caller", async (store) => {
    await store.claim("a", '{"id":"a"}', options({ now: 1000 }));
    await store.claim("b", '{"id":"b"}', options({ now: 1500 }));
    await store.claim("c", '{"id":"c"}', options({ now: 1000 }));
    await store.complete("c");
    assert.deepEqual([...(await store.pending(999, 3000))], []);
    assert.deepEqual([...(await store.pending(1000, 3000))], [{ id: "a", notification: '{"id":"a"}', context: null }]);
    assert.deepEqual([...(await store.pending(1000, 3000))], []);
    await store.release("b");
    assert.deepEqual(
      [...(await store.pending(4000, 5000))].map(({ id }) => id),
      ["a"],
    );
  });

  check("an owner gets an unfinished claim again, nobody else does", async (store) => {
    await store.claim("a", "{}", options({ owner: "message 1" }));
    assert.equal((await store.claim("a", "{}", options({ owner: "message 2" }))).claimed, false);
    assert.equal((await store.claim("a", "{}", options())).claimed, false);
    assert.equal((await store.claim("a", "{}", options({ owner: "message 1" }))).claimed, true);
    await store.complete("a");
    assert.equal((await store.claim("a", "{}", options({ owner: "message 1" }))).claimed, false);
  });

  check("a nonce belongs to the first id", async (store) => {
    assert.equal(await store.bind("nonce", "a", LATER), "a");
    assert.equal(await store.bind("nonce", "b", LATER), "a");
    assert.equal(await store.bind("nonce", "a", LATER), "a");
    assert.equal(await store.bind("another", "b", LATER), "b");
  });

  check("ids may hold anything", async (store) => {
    for (const id of ["'; DROP TABLE optidash_webhooks; --", "a\nb", "ü", "{}", "__proto__"]) {
      await store.expect(id, id, LATER);
      assert.deepEqual(await store.claim(id, "{}", options()), { claimed: true, context: id });
    }
  });
}

/** Stores that are told the time: a claim ends. Redis keeps its own time. */
export function testExpiry(test, name, empty) {
  test(`${name}: a claim ends when it expires`, async (t) => {
    const store = await empty(t);
    await store.claim("a", "{}", { now: 1000, expires: 2000 });
    assert.equal((await store.claim("a", "{}", { now: 1999, expires: 3000 })).claimed, false);
    assert.equal((await store.claim("a", "{}", { now: 2000, expires: 3000 })).claimed, true);
  });
}
