import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import { test } from "node:test";
import { serve } from "@hono/node-server";
import express4 from "express4";
import express5 from "express5";
import Fastify from "fastify";
import { Hono } from "hono";
import Koa from "koa";
import bodyParser from "koa-bodyparser";
import { Receiver } from "optidash";
import { expressWebhook } from "optidash/express";
import { fastifyWebhook } from "optidash/fastify";
import { fetchWebhook } from "optidash/fetch";
import { koaWebhook } from "optidash/koa";
import { nodeWebhook } from "optidash/node";
import { notificationRequest } from "optidash/testing";
import { routes } from "./routes.mjs";
import { send, testAdapter } from "./scenarios.mjs";

/** Listens on a free port until the test ends. */
async function listening(t, server) {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return server.address().port;
}

/** The adapter of each path. */
function mounted(adapter) {
  const { handlers, seen, errors } = routes();
  const adapters = Object.fromEntries(Object.entries(handlers).map(([path, handler]) => [path, adapter(handler)]));
  return { adapters, errors, seen: async () => JSON.parse(JSON.stringify(seen)) };
}

testAdapter(test, "node:http", async (t) => {
  const { adapters, seen } = mounted(nodeWebhook);
  const server = createServer((request, response) => adapters[request.url.split("?")[0]](request, response));
  return { port: await listening(t, server), seen };
});

for (const [name, express] of [
  ["Express 4", express4],
  ["Express 5", express5],
]) {
  const application = (t, before = []) => {
    const { adapters, seen } = mounted(expressWebhook);
    const app = express();
    app.set("env", "test");
    for (const middleware of before) app.use(middleware);
    for (const [path, adapter] of Object.entries(adapters)) app.all(path, adapter);
    app.use((error, _request, response, _next) => response.status(500).send(error.message));
    return listening(t, createServer(app)).then((port) => ({ port, seen }));
  };
  testAdapter(test, name, application);
  testAdapter(test, `${name} below a router`, async (t) => {
    const { adapters, seen } = mounted(expressWebhook);
    const router = express.Router();
    router.all("/", (request, response, next) => adapters[request.baseUrl](request, response, next));
    const app = express();
    for (const path of Object.keys(adapters)) app.use(path, router);
    return { port: await listening(t, createServer(app)), seen };
  });
  const parsers = {
    "express.raw": express.raw({ type: "*/*", limit: "300mb" }),
    "express.text": express.text({ type: "*/*", limit: "300mb" }),
    "express.json that keeps the bytes": express.json({
      verify: (request, _response, bytes) => {
        request.rawBody = bytes;
      },
    }),
  };
  for (const [parser, middleware] of Object.entries(parsers)) {
    test(`${name} behind ${parser}`, async (t) => {
      const { port, seen } = await application(t, [middleware]);
      const sample = notificationRequest({ receiver: new Receiver(), id: "ü" });
      assert.equal((await send(port, { ...sample, path: "/plain" })).status, 200);
      assert.deepEqual(await seen(), [{ id: "ü" }]);
    });
  }
  test(`${name} behind express.json says how to mount it`, async (t) => {
    const { port, seen } = await application(t, [express.json()]);
    const sample = notificationRequest({ receiver: new Receiver() });
    const answer = await send(port, { ...sample, path: "/plain" });
    assert.equal(answer.status, 500);
    assert.match(answer.text, /mount the webhook before the parser/);
    assert.deepEqual(await seen(), []);
  });
}

const fastify = async (t, hooks = () => {}) => {
  const { adapters, seen } = mounted(fastifyWebhook);
  const app = Fastify();
  hooks(app);
  app.post("/json", async (request) => request.body);
  for (const [path, plugin] of Object.entries(adapters)) app.register(plugin, { prefix: path });
  await app.listen({ port: 0, host: "127.0.0.1" });
  t.after(() => app.close());
  return { port: app.server.address().port, seen };
};
testAdapter(test, "Fastify", fastify);

test("Fastify's other routes keep their parsers", async (t) => {
  const { port } = await fastify(t);
  const json = { method: "POST", headers: { "Content-Type": "application/json" }, body: '{"a":1}' };
  assert.equal((await send(port, { ...json, path: "/json" })).text, '{"a":1}');
});

test("Fastify with a hook that replaces the stream", async (t) => {
  const { PassThrough } = await import("node:stream");
  const { port, seen } = await fastify(t, (app) => {
    app.addHook("preParsing", async (_request, _reply, payload) => payload.pipe(new PassThrough()));
  });
  const sample = notificationRequest({ receiver: new Receiver(), id: "x" });
  assert.equal((await send(port, { ...sample, path: "/plain" })).status, 200);
  assert.deepEqual(await seen(), [{ id: "x" }]);
});

const koa = (t, before = []) => {
  const { adapters, seen } = mounted(koaWebhook);
  const app = new Koa();
  app.silent = true;
  for (const middleware of before) app.use(middleware);
  app.use((context) => adapters[context.path](context));
  return listening(t, createServer(app.callback())).then((port) => ({ port, seen }));
};
testAdapter(test, "Koa", koa);

test("Koa behind koa-bodyparser", async (t) => {
  const { port, seen } = await koa(t, [bodyParser()]);
  const sample = notificationRequest({ receiver: new Receiver(), id: "ü" });
  assert.equal((await send(port, { ...sample, path: "/plain" })).status, 200);
  assert.deepEqual(await seen(), [{ id: "ü" }]);
});

test("Koa behind a parser that keeps nothing says how to mount it", async (t) => {
  const said = [];
  const consume = async (context, next) => {
    await context.req.toArray();
    context.request.body = { id: "parsed" };
    await next().catch((error) => {
      said.push(error.message);
      throw error;
    });
  };
  const { port } = await koa(t, [consume]);
  const sample = notificationRequest({ receiver: new Receiver() });
  assert.equal((await send(port, { ...sample, path: "/plain" })).status, 500);
  assert.match(said[0], /mount the webhook before the parser/);
});

testAdapter(test, "Hono on Node", async (t) => {
  const { adapters, seen } = mounted(fetchWebhook);
  const app = new Hono();
  for (const [path, adapter] of Object.entries(adapters)) {
    app.all(path, (context) => adapter(context.req.raw, context.env));
  }
  const server = await new Promise((resolve) => {
    const made = serve({ fetch: app.fetch, port: 0, hostname: "127.0.0.1" }, () => resolve(made));
  });
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return { port: server.address().port, seen };
});

test("a request whose body was read says so", async () => {
  const { adapters } = mounted(fetchWebhook);
  const request = new Request("http://127.0.0.1/plain", {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: "{}",
  });
  await request.text();
  await assert.rejects(adapters["/plain"](request, { remoteAddr: { hostname: "127.0.0.1" } }), /before the webhook/);
});

test("a connection that breaks off is nobody's failure but its own", async (t) => {
  const { adapters, errors } = mounted(nodeWebhook);
  const answered = Promise.withResolvers();
  const server = createServer((request, response) => {
    adapters["/plain"](request, response).then(answered.resolve, answered.reject);
    request.socket.destroy();
  });
  const port = await listening(t, server);
  const sample = notificationRequest({ receiver: new Receiver() });
  await assert.rejects(send(port, { ...sample, path: "/plain" }));
  await answered.promise;
  assert.ok(errors.every((message) => message === "the connection closed before the body was complete"));
});
