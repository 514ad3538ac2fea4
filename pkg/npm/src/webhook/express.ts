import type { WebhookHandler } from "./handler.js";
import { answerIncoming, type NodeRequest, type NodeResponse, writeAnswer } from "./node.js";

/** What the adapter needs of Express's request. */
export interface ExpressRequest extends NodeRequest {
  readonly originalUrl: string;
  readonly body?: unknown;
  readonly rawBody?: unknown;
}

/** For Express 4 and 5. Mount it before body parsers and CSRF checks; parsers that keep the raw bytes may stand before it. */
export function expressWebhook(handler: WebhookHandler) {
  return async (request: ExpressRequest, response: NodeResponse, next: (error: unknown) => void): Promise<void> => {
    try {
      const left = [request.rawBody, request.body];
      writeAnswer(response, await answerIncoming(handler, request, { path: request.originalUrl, left }));
    } catch (error) {
      next(error);
    }
  };
}
