// What was accepted with 202 is delivered, whatever happens to the server in between.

import assert from "node:assert/strict";
import { test } from "node:test";
import { fixture, startApi, startEndpoint, temporaryFolder } from "./harness.mjs";

const WEEK = 604800;

test("a notification due in a week survives a crash", async (test) => {
  const data = await temporaryFolder(test);
  const endpoint = await startEndpoint(test);
  const before = await startApi(test, ["--fixture", fixture], data);
  const answer = await post(`${before.baseUrl}/fetch`, {
    url: "https://www.website.com/image.jpg",
    resize: { width: 100, height: 75 },
    webhook: { url: endpoint.url, delay: WEEK },
  });
  assert.equal(answer.code, 202);
  await before.kill();

  const after = await startApi(test, ["--fixture", fixture], data);
  await post(new URL("/clock", after.baseUrl), { advance: WEEK });
  const notification = await endpoint.next();
  assert.equal(notification.id, answer.id);
  assert.equal(notification.output.width, 100);

  const picture = await fetch(notification.output.url);
  assert.equal(picture.status, 200);
  assert.equal((await picture.arrayBuffer()).byteLength, notification.output.bytes);
});

test("many notifications accepted right before a crash all arrive, each once", async (test) => {
  const data = await temporaryFolder(test);
  const endpoint = await startEndpoint(test);
  const before = await startApi(test, ["--fixture", fixture], data);
  const request = {
    url: "https://www.website.com/image.jpg",
    resize: { width: 100 },
    webhook: { url: endpoint.url, delay: 60 },
  };
  const answers = await Promise.all(Array.from({ length: 20 }, () => post(`${before.baseUrl}/fetch`, request)));
  await before.kill();

  const after = await startApi(test, ["--fixture", fixture], data);
  await post(new URL("/clock", after.baseUrl), { advance: 60 });
  const ids = [];
  for (const _ of answers) ids.push((await endpoint.next()).id);
  assert.deepEqual(ids.sort(), answers.map(({ id }) => id).sort());
});

async function post(url, body) {
  const headers = { Authorization: `Basic ${btoa("your-api-key:")}`, "Content-Type": "application/json" };
  const response = await fetch(url, { method: "POST", headers, body: JSON.stringify(body) });
  const answer = await response.json();
  assert.equal(answer.success, true, JSON.stringify(answer));
  return answer;
}
