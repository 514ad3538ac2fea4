import type { ImageMetadata, Metadata, OutputMetadata } from "../answers.js";
import type { Notification, NotificationData, Receiver } from "../receiver.js";

/** What a genuine notification is made of. */
export interface SampleOptions {
  /** Whom it is for: it comes from an address that this receiver takes notifications from. */
  receiver: Receiver;
  /** The endpoint's URL, with its credentials or its token; see {@link Receiver.endpoint}. */
  endpoint?: string;
  /** The request's id; a new one when left out. */
  id?: string;
  /** Whether the image was processed. */
  success?: boolean;
  code?: number;
  message?: string;
  input?: ImageMetadata | null;
  output?: OutputMetadata | null;
  /** The address that it comes from. */
  address?: string;
  /** Headers beside its own, such as the one that `trustedProxies` names. */
  headers?: Record<string, string>;
  /** Further fields of the JSON. */
  more?: Record<string, unknown>;
}

/** A request as `Receiver.receive` and `handler.handle` take it. */
export interface SampleRequest {
  method: "POST";
  url: string;
  address: string;
  headers: Record<string, string>;
  body: string;
}

export interface SignedSampleOptions extends SampleOptions {
  /** The endpoint before it is signed. */
  endpoint: string;
  /** The context to sign it with. */
  context?: string;
}

const DEFAULT_ENDPOINT = "https://www.website.com/endpoint";

/** A request that brings a genuine notification, as the API would send it, for your own tests. */
export function notificationRequest(options: SampleOptions): SampleRequest {
  const url = new URL(options.endpoint ?? DEFAULT_ENDPOINT);
  const headers: Record<string, string> = { "Content-Type": "application/json", ...options.headers };
  if (url.username || url.password) {
    headers.Authorization = `Basic ${base64(`${decodeURIComponent(url.username)}:${decodeURIComponent(url.password)}`)}`;
    url.username = url.password = "";
  }
  const address = options.address ?? addressIn(options.receiver.networks);
  return { method: "POST", url: url.href, address, headers, body: JSON.stringify(notificationBody(options)) };
}

/** The same with a signed endpoint; the receiver has to have a `secret`. */
export function signedNotificationRequest({ context, ...options }: SignedSampleOptions): SampleRequest {
  const { receiver, endpoint } = options;
  const signed = receiver.endpoint(endpoint, context === undefined ? {} : { context });
  return notificationRequest({ ...options, endpoint: signed });
}

/** As a `Request` of the Fetch API; the address has to be given to the handler by other means. */
export function toFetchRequest({ method, url, headers, body }: SampleRequest): Request {
  return new Request(url, { method, headers, body });
}

/** The notification that such a request brings, for testing your own code alone. */
export function sampleNotification(options: SampleOptions): Notification {
  const metadata = notificationBody(options);
  const absent = { message: null, input: null, output: null };
  const { id, success, code, message, input, output } = { ...absent, ...metadata };
  return options.receiver.restore({ id, success, code, message, input, output, metadata: metadata as Metadata });
}

type Body = Pick<NotificationData, "id" | "success"> &
  Partial<Pick<NotificationData, "input" | "output">> & { code: number; message?: string; [field: string]: unknown };

function notificationBody(options: SampleOptions): Body {
  const { id = uuid(), success = true, more } = options;
  const code = options.code ?? (success ? 200 : 422);
  if (!success) return { success, code, id, message: options.message ?? "the image could not be read", ...more };
  const { input = INPUT, output = { url: `https://s3.optidash.ai/temp/${id}/image.jpg`, ...OUTPUT } } = options;
  return { success, code, id, ...(options.message && { message: options.message }), input, output, ...more };
}

/** Not for secrets: it only has to be another one each time, also where there is no `crypto`. */
function uuid(): string {
  const digit = () => Math.floor(Math.random() * 16).toString(16);
  return "xxxxxxxx-xxxx-4xxx-8xxx-xxxxxxxxxxxx".replace(/x/g, digit);
}

const INPUT = {
  name: "image.jpg",
  format: "JPEG",
  width: 400,
  height: 300,
  colorspace: "YCbCr",
  interlaced: false,
  sampling: "4:2:2",
  depth: 24,
  quality: 95,
  bytes: 85285,
  sha1: "0beec7b5ea3f0fdbc95d0dd47f3c5bc275da8a33",
};

const OUTPUT = {
  ...INPUT,
  width: 100,
  height: 75,
  interlaced: true,
  sampling: "4:2:0",
  quality: 85,
  bytes: 3472,
  sha1: "62cdb7020ff920e5aa642c3d4066950dd1f01f4d",
};

/** The first address of a network is one of its own. */
function addressIn([network = ""]: readonly string[]): string {
  return network.split("/")[0] ?? "";
}

function base64(text: string): string {
  return btoa(String.fromCharCode(...new TextEncoder().encode(text)));
}
