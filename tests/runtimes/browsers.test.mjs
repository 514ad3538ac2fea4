// Chromium, with what Vite serves in development, what it builds, and what webpack builds.
import assert from "node:assert/strict";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { chromium } from "playwright-core";
import * as vite from "vite";
import webpack from "webpack";
import { IMAGE, IMAGE_URL, makeProject, startApi } from "./project.mjs";
import { EXPECTED } from "./scenario.mjs";

const QUIET = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

let browser;
before(async () => {
  browser = await chromium.launch({ executablePath: "/usr/bin/chromium", headless: true, args: QUIET });
});
after(() => browser.close());

test("Vite in development", async (t) => {
  const root = join(await makeProject(t), "browser");
  const server = await vite.createServer({
    root,
    configFile: false,
    logLevel: "error",
    server: { middlewareMode: true },
  });
  t.after(() => server.close());
  assert.deepEqual(await factsOf(t, server.middlewares), EXPECTED);
});

test("Vite's build", async (t) => {
  const root = join(await makeProject(t), "browser");
  await vite.build({ root, configFile: false, logLevel: "error" });
  assert.deepEqual(await factsOf(t, files(join(root, "dist"))), EXPECTED);
});

test("webpack's build", async (t) => {
  const root = join(await makeProject(t), "browser");
  const output = join(root, "dist");
  await pack({ mode: "production", context: root, entry: "./main.js", output: { path: output }, performance: false });
  const page = `<!doctype html><script src="./main.js"></script>`;
  const serve = files(output);
  const respond = (request, response) => (request.url === "/" ? response.end(page) : serve(request, response));
  assert.deepEqual(await factsOf(t, respond), EXPECTED);
});

function pack(configuration) {
  return new Promise((resolve, reject) => {
    webpack(configuration, (error, stats) => {
      if (error ?? stats.hasErrors()) reject(error ?? new Error(stats.toString()));
      else resolve();
    });
  });
}

/** What the page finds out, served by `respond`; the local API is reached by way of the same origin. */
async function factsOf(t, respond) {
  const api = await startApi(t);
  const local = {
    "/image.jpg": async () => new Response(await readFile(IMAGE)),
    "/settings.json": async () => Response.json({ url: IMAGE_URL }),
  };
  const server = createServer(async (request, response) => {
    const answer = local[request.url];
    if (answer) return send(response, await answer());
    if (/^\/(1\.0|temp|failures)\b/.test(request.url)) return forward(request, response, api);
    respond(request, response);
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  t.after(() => server.closeAllConnections());
  t.after(() => server.close());
  const page = await browser.newPage();
  t.after(() => page.close());
  const errors = [];
  page.on("pageerror", (error) => errors.push(error.message));
  page.on("console", (message) => message.type() === "error" && errors.push(message.text()));
  await page.goto(`http://127.0.0.1:${server.address().port}/`, { waitUntil: "load" });
  const facts = page.waitForFunction(() => globalThis.facts).then((handle) => handle.jsonValue());
  return facts.catch((error) => assert.fail([error.message, ...errors].join("\n")));
}

/** A page that goes away ends the call to the API too. */
async function forward(request, response, api) {
  const { host, connection, ...headers } = request.headers;
  const gone = new AbortController();
  response.on("close", () => gone.abort());
  const hasBody = request.method !== "GET" && request.method !== "DELETE";
  const body = hasBody ? { body: request, duplex: "half" } : {};
  const url = new URL(request.url, api);
  const answer = fetch(url, { method: request.method, headers, signal: gone.signal, ...body });
  await answer.then(
    (answer) => send(response, answer),
    () => response.destroy(),
  );
}

async function send(response, answer) {
  response.writeHead(answer.status, [...answer.headers].flat());
  response.end(Buffer.from(await answer.arrayBuffer()));
}

const TYPES = { html: "text/html", js: "text/javascript", wasm: "application/wasm" };

const files = (folder) => async (request, response) => {
  const name = request.url === "/" ? "index.html" : new URL(request.url, "http://localhost").pathname.slice(1);
  const content = await readFile(join(folder, name)).catch(() => undefined);
  response.writeHead(content ? 200 : 404, { "content-type": TYPES[name.split(".").at(-1)] ?? "text/plain" });
  response.end(content);
};
