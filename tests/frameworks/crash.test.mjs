import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { Receiver } from "optidash";
import { notificationRequest } from "optidash/testing";
import { start, temporaryFolder } from "./runtimes.mjs";
import { send } from "./scenarios.mjs";

test("what was accepted before a crash is handled after the restart", async (t) => {
  const database = join(await temporaryFolder(t), "webhooks.db");
  const endpoint = (mode) => start(t, process.execPath, ["--no-warnings", "crash.mjs", database, mode]);
  const sample = { ...notificationRequest({ receiver: new Receiver(), id: "crashed" }), path: "/" };

  const first = endpoint("stuck");
  assert.equal(await first.line(), '{"handled":[],"failed":[]}');
  const answer = await send(Number(await first.line()), sample);
  assert.equal(answer.status, 200);
  assert.equal(await first.line(), "stuck crashed order 17 100");
  first.child.kill("SIGKILL");
  assert.equal((await first.exited).signal, "SIGKILL");

  const second = endpoint("well");
  assert.equal(await second.line(), "well crashed order 17 100");
  assert.equal(await second.line(), '{"handled":["crashed"],"failed":[]}');
  assert.equal((await send(Number(await second.line()), sample)).status, 200);
  second.child.kill("SIGKILL");
  await second.exited;

  const third = endpoint("well");
  assert.equal(await third.line(), '{"handled":[],"failed":[]}', "once is enough");
});
