import type { WebhookHandler } from "./handler.js";

/** The event of a function URL, and of API Gateway's HTTP APIs: payload format 2.0. */
export interface LambdaEvent {
  version: string;
  rawPath: string;
  rawQueryString: string;
  headers: Record<string, string | undefined>;
  requestContext: { domainName: string; http: { method: string; sourceIp: string } };
  body?: string | undefined;
  isBase64Encoded: boolean;
}

export interface LambdaResult {
  statusCode: number;
  headers: Record<string, string>;
  body: string;
}

/**
 * For AWS Lambda behind a function URL or an HTTP API.
 *
 * Lambda freezes what runs on after the answer: give the work to a queue with `enqueue` unless your code is quick.
 */
export function lambdaWebhook(handler: WebhookHandler) {
  return async (event: LambdaEvent): Promise<LambdaResult> => {
    if (typeof event?.requestContext?.http !== "object") {
      throw new TypeError("the event is not of payload format 2.0: choose it in the integration of the API");
    }
    const { domainName, http } = event.requestContext;
    const query = event.rawQueryString ? `?${event.rawQueryString}` : "";
    const { status, headers } = await handler.handle({
      method: http.method,
      url: `https://${domainName}${event.rawPath}${query}`,
      address: http.sourceIp,
      headers: event.headers,
      body: event.isBase64Encoded ? decode(event.body ?? "") : (event.body ?? ""),
    });
    return { statusCode: status, headers, body: "" };
  };
}

function decode(text: string): Uint8Array {
  return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
}
