// An endpoint whose process is killed while it handles: started by crash.test.mjs, prints what happens.
import { createServer } from "node:http";
import { Receiver } from "optidash";
import { nodeWebhook } from "optidash/node";
import { createWebhookHandler, sqliteStore } from "optidash/webhook";

const [database, mode] = process.argv.slice(2);
const handler = createWebhookHandler(new Receiver({ networks: ["127.0.0.1"] }), {
  store: sqliteStore(database),
  // The deadline has passed, as for work that takes long: the API gets its 200 while the work is under way.
  timeout: () => AbortSignal.abort(),
  onNotification: ({ id, context, output }) => {
    console.log(`${mode} ${id} ${context} ${output.width}`);
    return mode === "stuck" ? new Promise(() => {}) : undefined;
  },
});
if (mode === "stuck") await handler.expect("crashed", "order 17");
console.log(JSON.stringify(await handler.resume()));
const server = createServer(nodeWebhook(handler));
server.listen(0, "127.0.0.1", () => console.log(server.address().port));
