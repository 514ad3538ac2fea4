// Started by runtimes.test.mjs. Prints its port.
import { fetchWebhook } from "optidash/fetch";
import { sqliteStore } from "optidash/webhook";
import { routes } from "./routes.mjs";

const { handlers, seen } = routes({ store: sqliteStore(Deno.args[0]) });
const adapters = Object.fromEntries(Object.entries(handlers).map(([path, handler]) => [path, fetchWebhook(handler)]));

Deno.serve({ port: 0, hostname: "127.0.0.1", onListen: ({ port }) => console.log(port) }, (request, info) => {
  const { pathname } = new URL(request.url);
  return pathname === "/seen" ? Response.json(seen) : adapters[pathname](request, info);
});
