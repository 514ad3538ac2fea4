// The Worker of worker.test.mjs: the template's, with code that tells the test what happens.
import { createWorkerReceiver, WebhookClaims } from "optidash/worker";
import { Optidash } from "optidash/worker/client";

export { WebhookClaims };

const tell = (env, what) => env.TEST.fetch("http://test/", { method: "POST", body: JSON.stringify(what) });

const webhooks = createWorkerReceiver({
  settings: (env) => (env.SECRET ? { secret: env.SECRET } : {}),
  queue: (env) => env.NOTIFICATIONS,
  claims: (env) => env.CLAIMS,
  async onNotification({ id, context, success, output }, env) {
    const answer = await tell(env, { id, context, success, width: output?.width });
    if (!answer.ok) throw new Error("the test wants this to fail");
  },
  onError: () => {},
});

export default {
  async fetch(request, env, context) {
    const { pathname, searchParams } = new URL(request.url);
    const parameter = (name) => searchParams.get(name);
    if (pathname === "/sign")
      return new Response(webhooks.receiver(env).endpoint(parameter("url"), { context: "signed" }));
    if (pathname === "/expect") return new Response(await webhooks.expect(env, parameter("id"), parameter("context")));
    if (pathname === "/reconcile") {
      const client = new Optidash("key", { baseUrl: parameter("api") });
      return Response.json(await webhooks.reconcile(env, { since: new Date(0), client }));
    }
    return webhooks.fetch(request, env, context);
  },
  queue: webhooks.queue,
};
