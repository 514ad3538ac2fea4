// The events as AWS documents payload format 2.0, for function URLs and HTTP APIs.
import assert from "node:assert/strict";
import { test } from "node:test";
import { Receiver } from "optidash";
import { lambdaWebhook } from "optidash/lambda";
import { notificationRequest } from "optidash/testing";
import { createWebhookHandler } from "optidash/webhook";
import { SECRET } from "./webhook-samples.mjs";

function event(request, { isBase64Encoded = false, more = {} } = {}) {
  const { pathname, searchParams, search } = new URL(request.url);
  const lower = Object.entries(request.headers).map(([name, value]) => [name.toLowerCase(), value]);
  return {
    version: "2.0",
    routeKey: "$default",
    rawPath: pathname,
    rawQueryString: search.slice(1),
    queryStringParameters: Object.fromEntries(searchParams),
    headers: { ...Object.fromEntries(lower), host: "x.lambda-url.eu-central-1.on.aws", "x-forwarded-proto": "https" },
    requestContext: {
      accountId: "anonymous",
      apiId: "x",
      domainName: "x.lambda-url.eu-central-1.on.aws",
      domainPrefix: "x",
      http: {
        method: request.method,
        path: pathname,
        protocol: "HTTP/1.1",
        sourceIp: request.address,
        userAgent: "Optidash/1.0",
      },
      requestId: "id",
      routeKey: "$default",
      stage: "$default",
      time: "12/Mar/2026:19:03:58 +0000",
      timeEpoch: 1583348638390,
    },
    body: isBase64Encoded ? Buffer.from(request.body).toString("base64") : request.body,
    isBase64Encoded,
    ...more,
  };
}

function setUp(settings = {}) {
  const receiver = new Receiver(settings);
  const seen = [];
  const handler = createWebhookHandler(receiver, {
    onNotification: ({ id, context }) => void seen.push([id, context]),
  });
  return { receiver, seen, answer: lambdaWebhook(handler) };
}

test("plain and base64 bodies", async () => {
  const { receiver, seen, answer } = setUp();
  for (const isBase64Encoded of [false, true]) {
    const request = notificationRequest({ receiver, id: `ü ${isBase64Encoded}` });
    assert.deepEqual(await answer(event(request, { isBase64Encoded })), { statusCode: 200, headers: {}, body: "" });
  }
  assert.deepEqual(seen, [
    ["ü false", undefined],
    ["ü true", undefined],
  ]);
});

test("a signed endpoint, with its token in either place", async () => {
  const { receiver, seen, answer } = setUp({ secret: SECRET });
  for (const placement of ["password", "query"]) {
    const url = "https://x.lambda-url.eu-central-1.on.aws/endpoint";
    const endpoint = receiver.endpoint(url, { context: placement, placement });
    const request = notificationRequest({ receiver, endpoint, id: placement });
    assert.equal((await answer(event(request))).statusCode, 200);
  }
  assert.deepEqual(seen, [
    ["password", "password"],
    ["query", "query"],
  ]);
});

test("the sender is who connected, not who a header names", async () => {
  const { receiver, answer } = setUp();
  const headers = { "X-Forwarded-For": receiver.networks[0].split("/")[0] };
  const request = notificationRequest({ receiver, address: "192.0.2.1", headers });
  assert.equal((await answer(event(request))).statusCode, 403);
});

test("rejections carry their headers", async () => {
  const { receiver, answer } = setUp();
  const request = { ...notificationRequest({ receiver }), method: "GET" };
  assert.deepEqual(await answer(event(request, { more: { body: undefined } })), {
    statusCode: 405,
    headers: { Allow: "POST" },
    body: "",
  });
});

test("the older payload format is refused with the way out", async () => {
  const { answer } = setUp();
  await assert.rejects(answer({ version: "1.0", httpMethod: "POST", requestContext: {} }), /format 2\.0/);
});
