// Started by runtimes.test.mjs. Prints its port.
import { once } from "node:events";
import { createServer } from "node:http";
import { fileURLToPath } from "node:url";

process.env.NEXT_TELEMETRY_DISABLED = "1";
// Next.js has things to say on standard output, where the port has to be the first line.
const { log } = console;
console.log = console.error;

const hostname = "127.0.0.1";
const server = createServer().listen(0, hostname);
await once(server, "listening");
const { port } = server.address();

// It makes the request's URL of these, not of the header `Host`.
const { default: next } = await import("next");
const app = next({ dev: true, dir: fileURLToPath(new URL("next", import.meta.url)), hostname, port, quiet: true });
server.on("request", app.getRequestHandler());
await app.prepare();
log(port);
