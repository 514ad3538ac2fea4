// Started by runtimes.test.mjs. Prints its port.
import { Database } from "bun:sqlite";
import { fetchWebhook } from "optidash/fetch";
import { sqliteStore } from "optidash/webhook";
import { routes } from "./routes.mjs";

const { handlers, seen } = routes({ store: sqliteStore(new Database(Bun.argv[2], { create: true })) });
const adapters = Object.fromEntries(Object.entries(handlers).map(([path, handler]) => [path, fetchWebhook(handler)]));

const server = Bun.serve({
  port: 0,
  hostname: "127.0.0.1",
  fetch(request, server) {
    const { pathname } = new URL(request.url);
    return pathname === "/seen" ? Response.json(seen) : adapters[pathname](request, server);
  },
});
console.log(server.port);
