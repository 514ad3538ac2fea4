import { type IncomingStream, rawBody } from "./body.js";
import type { WebhookHandler } from "./handler.js";
import { answerIncoming, type NodeRequest } from "./node.js";

/** What the adapter needs of Fastify's request. */
export interface FastifyRequest {
  readonly raw: object;
  readonly body: unknown;
}

/** What the adapter needs of Fastify's reply. */
export interface FastifyReply {
  code(status: number): this;
  headers(headers: Record<string, string>): this;
  send(body: string): this;
}

/** What the adapter needs of Fastify's instance. */
export interface FastifyInstance {
  removeAllContentTypeParsers(): unknown;
  addContentTypeParser(
    type: "*",
    parser: (request: never, payload: never, done: (error: null, body: unknown) => void) => void,
  ): unknown;
  all(path: string, handler: (request: never, reply: never) => Promise<unknown>): unknown;
}

/** A plugin for Fastify: `fastify.register(fastifyWebhook(handler), { prefix: "/endpoint" })`. Its parsers stay its own. */
export function fastifyWebhook(handler: WebhookHandler) {
  return async (instance: FastifyInstance): Promise<void> => {
    instance.removeAllContentTypeParsers();
    instance.addContentTypeParser("*", (_request, payload, done) => done(null, payload));
    instance.all("/", async ({ raw, body }: FastifyRequest, reply: FastifyReply) => {
      // A hook may have put another stream in the place of the request's own.
      const left = [body && body !== raw ? await readWhole(handler, body) : undefined];
      const { status, headers } = await answerIncoming(handler, raw as NodeRequest, { left });
      return reply.code(status).headers(headers).send("");
    });
  };
}

async function readWhole(handler: WebhookHandler, body: unknown): Promise<unknown> {
  const isStream = typeof (body as IncomingStream).pause === "function";
  if (!isStream) return body;
  const read = rawBody(body as IncomingStream);
  return typeof read === "function" ? read(handler.receiver.maxBody + 1) : read;
}
