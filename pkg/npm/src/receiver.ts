import type { ImageMetadata, Metadata, Outcome, OutputMetadata, RejectionReason } from "./answers.js";
import { isBytes, viewOf } from "./content.js";
import { call } from "./core.js";
import { platform } from "./platform.js";

/**
 * Which proxies may say who sent a request: their networks, how many there are, or a header that the platform sets.
 *
 * Networks and hops go with a header in which each proxy adds its peer, `X-Forwarded-For` when left out.
 */
export type TrustedProxies =
  | { networks: string[]; header?: "X-Forwarded-For" | "Forwarded" }
  | { hops: number; header?: "X-Forwarded-For" | "Forwarded" }
  | { header: string };

export interface ReceiverSettings {
  /** The endpoint's URL, or several during a rotation; the Basic Auth credentials in them are asked for. */
  endpoint?: string | string[];
  /** Where notifications may come from, as addresses or CIDR networks; the API's documented range when left out. */
  networks?: string[];
  /** Whose word is taken for the sender's address; nobody's when left out. */
  trustedProxies?: TrustedProxies;
  /** The most bytes that a body may have; 1 MiB when left out. */
  maxBody?: number;
  /** What signed endpoints are signed with, at least 16 bytes; several during a rotation, of which the first signs. */
  secret?: string | string[];
  /** Seconds within which an adapter answers while the handler runs on; more than 0 and less than 10, 9 when left out. */
  deadline?: number;
}

/** Headers as Node's `IncomingMessage` (`headers` or `rawHeaders`), the Fetch API, a Map, or a list of pairs has them. */
export type HeadersLike =
  | Record<string, string | readonly string[] | undefined>
  | Iterable<readonly [string, string]>
  | readonly string[];

/** A request as a server got it. */
export interface IncomingRequest {
  method: string | undefined;
  /** The absolute URL asked for; signed endpoints need it when the settings name no endpoint, or with a token in the query. */
  url?: string | undefined;
  /** The peer of the socket, such as `request.socket.remoteAddress`. */
  address?: string | undefined;
  headers: HeadersLike;
  /** The raw body, before any parser touched it. */
  body?: string | Uint8Array | ArrayBuffer | null;
}

export interface ReceiveOptions {
  /** The id, or the ids, that a notification is waited for. Any id is taken when left out. */
  expect?: string | string[] | undefined;
  /** The time to judge signed endpoints by; the current one when left out. */
  now?: Date;
}

/** What a signed endpoint is made of. */
export interface EndpointOptions {
  /** Your own context, such as an order's id, which comes back with the notification; at most 1024 bytes. */
  context?: string;
  /** Seconds for which the endpoint is good; eight days when left out. */
  ttl?: number;
  /** Where the token stands: as the password of Basic Auth (default), or as a query parameter. */
  placement?: "password" | "query";
  /** The time to count from; the current one when left out. */
  now?: Date;
  /** 16 bytes that were never used before; random ones when left out. */
  nonce?: Uint8Array;
}

/** What a notification says. */
export interface NotificationData {
  /** The id of the request that it reports on. */
  readonly id: string;
  /** Whether the image was processed. */
  readonly success: boolean;
  /** The status that a synchronous call would have had. */
  readonly code: number | null;
  /** Why processing failed. */
  readonly message: string | null;
  /** The image as it came in. */
  readonly input: ImageMetadata | null;
  /** The image as it came out. */
  readonly output: OutputMetadata | null;
  /** The whole JSON, with every field the API sent. */
  readonly metadata: Metadata;
  /** Signed endpoints: the context that the endpoint was made with. */
  readonly context?: string;
  /** Signed endpoints: the nonce, which names the endpoint. */
  readonly nonce?: string;
}

/** A genuine notification; answer it with 200. */
export class Notification implements NotificationData {
  readonly accepted = true;
  declare readonly id: string;
  declare readonly success: boolean;
  declare readonly code: number | null;
  declare readonly message: string | null;
  declare readonly input: ImageMetadata | null;
  declare readonly output: OutputMetadata | null;
  declare readonly metadata: Metadata;
  declare readonly context?: string;
  declare readonly nonce?: string;

  /** @internal */
  constructor(data: NotificationData) {
    Object.assign(this, data);
  }
}

/** Why a request is no notification, and what to answer. */
export class Rejection {
  readonly accepted = false;
  /** A stable name to program against. */
  readonly reason: RejectionReason;
  /** The HTTP status to answer with. */
  readonly status: number;
  /** For your log; it holds nothing secret. */
  readonly message: string;
  /** Headers that belong to the answer. */
  readonly headers: Record<string, string>;

  /** @internal */
  constructor(data: { reason: RejectionReason; status: number; message: string; headers: [string, string][] }) {
    this.reason = data.reason;
    this.status = data.status;
    this.message = data.message;
    this.headers = Object.fromEntries(data.headers);
  }
}

type Decision = { notification: NotificationData } | { rejection: ConstructorParameters<typeof Rejection>[0] };

interface SettingsInForce {
  networks: string[];
  max_body: number;
  deadline: number;
  retention: number;
}

type HeadDecision = { rejection: ConstructorParameters<typeof Rejection>[0] | null };

/** Decides whether a request is a genuine notification of the API. */
export class Receiver {
  readonly #settings: unknown;
  /** Where notifications may come from. */
  readonly networks: readonly string[];
  /** The most bytes that a body may have: no need to read on after that many. */
  readonly maxBody: number;
  /** Seconds within which an adapter answers while the handler runs on. */
  readonly deadline: number;
  /** Seconds for which the API keeps its history, and so for which an id may come again. */
  readonly retention: number;

  /** @throws {ValidationError} for settings that cannot be meant. */
  constructor(settings: ReceiverSettings = {}) {
    this.#settings = snakeCase(settings);
    const inForce = call<SettingsInForce>(platform().protocol(), "receiver", this.#settings);
    this.networks = inForce.networks;
    this.maxBody = inForce.max_body;
    this.deadline = inForce.deadline;
    this.retention = inForce.retention;
  }

  /**
   * Checks what comes before the body, its declared length included, so that nobody but the API gets a body read.
   *
   * @throws {ValidationError} when called with something else than a request; never for what a request holds.
   */
  receiveHead(request: Omit<IncomingRequest, "body">, { now }: Pick<ReceiveOptions, "now"> = {}): Rejection | null {
    const { method, url, address, headers } = request;
    const received = { method, url, address, headers: pairsOf(headers) };
    const input = { settings: this.#settings, request: received, now: secondsOf(now) };
    const { rejection } = call<HeadDecision>(platform().protocol(), "receive_head", input);
    return rejection && new Rejection(rejection);
  }

  /**
   * Checks method, sender, size, credentials, media type, JSON and id, in this order, without waiting for anything.
   *
   * @throws {ValidationError} when called with something else than a request; never for what a request holds.
   */
  receive(request: IncomingRequest, { expect, now }: ReceiveOptions = {}): Notification | Rejection {
    const { method, url, address, headers, body } = request;
    const received = { method, url, address, headers: pairsOf(headers) };
    const input = { settings: this.#settings, request: received, expect, now: secondsOf(now) };
    const decision = call<Decision>(platform().protocol(), "receive", input, bytesOf(body));
    return "notification" in decision ? new Notification(decision.notification) : new Rejection(decision.rejection);
  }

  /** A notification that was accepted before, from where it was kept as JSON, such as a queue. */
  restore(data: NotificationData): Notification {
    return new Notification(data);
  }

  /** The HTTP status to answer an accepted notification with. */
  statusFor(outcome: Outcome): number {
    return call<{ status: number }>(platform().protocol(), "outcome", { outcome }).status;
  }

  /**
   * Signs an endpoint, so that it proves itself: a URL to give to `webhook`, good for one receiver and a time.
   *
   * @throws {ValidationError} without `secret` in the settings, and for a URL or an option that cannot be meant.
   */
  endpoint(url: string, options: EndpointOptions = {}): string {
    const { now, nonce, ...more } = options;
    const input = { settings: this.#settings, options: { url, ...more }, now: secondsOf(now) };
    return call<{ url: string }>(platform().protocol(), "endpoint", input, nonce ?? platform().randomBytes(16)).url;
  }
}

/** Seconds since 1970. */
function secondsOf(now: Date = new Date()): number {
  return Math.floor(now.getTime() / 1000);
}

/** The core writes its names with underscores, JavaScript with capitals. */
function snakeCase(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(snakeCase);
  if (typeof value !== "object" || value === null) return value;
  const rename = (name: string) => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [rename(name), snakeCase(inner)]));
}

/** As the core takes them. What is none of the shapes goes as it is, for the core to refuse. */
function pairsOf(headers: HeadersLike): unknown {
  if (typeof headers !== "object" || headers === null) return headers;
  const list: unknown[] = isIterable(headers) ? [...headers] : Object.entries(headers).flatMap(spread);
  return list.every((entry) => typeof entry === "string") ? paired(list) : list;
}

function isIterable(value: object): value is Iterable<unknown> {
  return Symbol.iterator in value;
}

/** A name whose value is a list stands for several lines. */
function spread([name, value]: [string, unknown]): [string, unknown][] {
  if (value === undefined) return [];
  return Array.isArray(value) ? value.map((line) => [name, line]) : [[name, value]];
}

/** Node's `rawHeaders`: names and values in turn. */
function paired(list: string[]): [string, string][] {
  return list.flatMap((name, index) => (index % 2 === 0 ? [[name, list[index + 1] ?? ""]] : []));
}

function bytesOf(body: IncomingRequest["body"]): Uint8Array {
  if (body === undefined || body === null) return new Uint8Array();
  if (typeof body === "string") return new TextEncoder().encode(body);
  if (isBytes(body)) return viewOf(body);
  throw new TypeError("`body` must be the raw body, bytes or text; mount the receiver before any body parser");
}
