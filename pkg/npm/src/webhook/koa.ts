import type { WebhookHandler } from "./handler.js";
import { answerIncoming, type NodeRequest } from "./node.js";

/** What the adapter needs of Koa's context. */
export interface KoaContext {
  readonly req: NodeRequest;
  readonly originalUrl: string;
  readonly request: object;
  status: number;
  body: unknown;
  set(headers: Record<string, string>): void;
}

/** For Koa. Mount it before body parsers and CSRF checks; `koa-bodyparser`, which keeps the raw text, may stand before it. */
export function koaWebhook(handler: WebhookHandler) {
  return async (context: KoaContext): Promise<void> => {
    const { rawBody, body } = context.request as { rawBody?: unknown; body?: unknown };
    const left = [rawBody, body];
    const { status, headers } = await answerIncoming(handler, context.req, { path: context.originalUrl, left });
    context.body = "";
    context.status = status;
    context.set(headers);
  };
}
