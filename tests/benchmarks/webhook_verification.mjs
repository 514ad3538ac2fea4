// How long verifying a notification takes, beside two libraries that verify signed webhooks.
//
//   cargo xtask build && npm ci --prefix tests/frameworks --ignore-scripts && node tests/frameworks/install.mjs
//   node tests/benchmarks/webhook_verification.mjs
//
// All verify the same body. `svix` and `standardwebhooks` check an HMAC over id, time and body, and parse the JSON. The
// receiver checks method, sender, size, credentials (or an HMAC in the endpoint), media type and shape, and parses the JSON.
// Rounds are interleaved, so that a busy machine slows all alike; the median of the rounds is given, in microseconds.
import { createRequire } from "node:module";

const require = createRequire(new URL("../frameworks/package.json", import.meta.url));
const { Receiver } = require("optidash");
const { notificationRequest } = require("optidash/testing");
const standardwebhooks = require("standardwebhooks");
const svix = require("svix");

const ROUNDS = 60;
const CALLS = 200;
const ENDPOINT = "https://www.website.com/endpoint";
const KEY = Buffer.from(Array.from({ length: 24 }, (_, index) => index)).toString("base64");

function contenders(length) {
  const withPassword = ENDPOINT.replace("//", "//user:pass@");
  const basic = new Receiver({ endpoint: withPassword });
  const signed = new Receiver({ endpoint: ENDPOINT, secret: "correct horse battery staple" });
  const bare = notificationRequest({ receiver: basic, id: "a" }).body.length;
  const more = { padding: "x".repeat(Math.max(0, length - bare - 15)) };
  const byPassword = notificationRequest({ receiver: basic, endpoint: withPassword, id: "a", more });
  const byToken = notificationRequest({ receiver: signed, endpoint: signed.endpoint(ENDPOINT), id: "a", more });
  const { body } = byPassword;
  return {
    bytes: body.length,
    functions: {
      "optidash, Basic": () => accepted(basic.receive(byPassword)),
      "optidash, signed": () => accepted(signed.receive(byToken)),
      svix: verifier(new svix.Webhook(KEY), body, "svix"),
      standardwebhooks: verifier(new standardwebhooks.Webhook(KEY), body, "webhook"),
    },
  };
}

function accepted(decision) {
  if (!decision.accepted) throw new Error(decision.reason);
  return decision;
}

/** A library's own signature on the body, and what verifies it. */
function verifier(webhook, body, prefix) {
  const now = new Date();
  const headers = {
    [`${prefix}-id`]: "a",
    [`${prefix}-timestamp`]: String(Math.floor(now.getTime() / 1000)),
    [`${prefix}-signature`]: webhook.sign("a", now, body),
  };
  // Some releases leave the parsing to the caller.
  return () => webhook.verify(body, headers) ?? JSON.parse(body);
}

function measure(functions) {
  const times = Object.fromEntries(Object.keys(functions).map((name) => [name, []]));
  for (let round = 0; round < ROUNDS; round++) {
    for (const [name, verify] of Object.entries(functions)) {
      const begun = process.hrtime.bigint();
      for (let call = 0; call < CALLS; call++) verify();
      times[name].push(Number(process.hrtime.bigint() - begun) / 1000 / CALLS);
    }
  }
  return Object.entries(times).map(([name, values]) => [name, median(values)]);
}

function median(values) {
  return values.sort((a, b) => a - b)[Math.floor(values.length / 2)];
}

console.log(`Node ${process.versions.node}`);
for (const length of [1000, 10_000, 100_000]) {
  const { bytes, functions } = contenders(length);
  const measured = measure(functions);
  const least = Math.min(...measured.slice(2).map(([, time]) => time));
  for (const [name, time] of measured) {
    const ratio = `${(time / least).toFixed(2)} x the faster peer`;
    console.log(`${bytes} bytes  ${name.padEnd(18)} ${time.toFixed(1).padStart(8)} us  ${ratio}`);
  }
}
