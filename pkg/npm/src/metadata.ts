/** What is known of an image. */
export interface ImageMetadata {
  /** File name. */
  name: string;
  /** `JPEG`, `PNG`, `WEBP` or `GIF`; the API knows more. */
  format: "JPEG" | "PNG" | "WEBP" | "GIF" | (string & {});
  /** Pixels. */
  width: number;
  /** Pixels. */
  height: number;
  /** `YCbCr`, `RGB`, `Gray`, `CMYK`, ... */
  colorspace: "YCbCr" | "RGB" | "Gray" | "CMYK" | (string & {});
  /** Whether it is progressive or interlaced. */
  interlaced: boolean;
  /** Chroma sampling such as `4:2:0`; null where the format has none. */
  sampling: string | null;
  /** Bits a pixel. */
  depth: number;
  /** JPEG quality, 1 to 100; null where the format has none. */
  quality: number | null;
  /** Size in bytes. */
  bytes: number;
  /** 40 hexadecimal digits. */
  sha1: string;
  /** Whatever else the API sends. */
  [key: string]: unknown;
}

/** The image that the API made. */
export interface OutputMetadata extends ImageMetadata {
  /** Where it can be fetched: temporary storage, the CDN, or your own storage. */
  url: string;
}

/** What the API answers with. */
export interface Metadata {
  /** Whether the call succeeded. */
  success: boolean;
  /** The HTTP status; 202 when a webhook will follow. */
  code: number;
  /** Id of the request, the same in the answer and in the notification. */
  id: string;
  /** Why it failed. */
  message?: string;
  /** The image as it came in; not in a 202 answer. */
  input?: ImageMetadata;
  /** The image as it came out; not in a 202 answer. */
  output?: OutputMetadata;
  /** Whatever else the API sends. */
  [key: string]: unknown;
}

/** An amount that is used up over time. */
export interface Allowance {
  total: number;
  used: number;
  /** `total` less `used`. */
  remaining: number;
}

/** Plan and quota, in the older or the newer of the two shapes that the API documents. */
export type Account = QuotaAccount | CreditsAccount;

/** The older shape. */
export interface QuotaAccount {
  success: boolean;
  code: number;
  company?: string;
  subscription: { name: string; period?: string; [key: string]: unknown };
  /** Calls. */
  quota: Allowance;
  credits?: undefined;
  [key: string]: unknown;
}

/** The newer shape. */
export interface CreditsAccount {
  success: boolean;
  code: number;
  company?: undefined;
  subscription: { name: string; period?: undefined; [key: string]: unknown };
  credits: Allowance;
  quota?: undefined;
  [key: string]: unknown;
}

/** A webhook in the API's history of 60 days. */
export interface WebhookRecord {
  /** Id of the request that it reports on. */
  id: string;
  status: "created" | "scheduled" | "dispatched" | "delivered" | "failed" | (string & {});
  /** ISO 8601, UTC. */
  created_at: string;
  [key: string]: unknown;
}

/** What to catch up on. */
export interface CatchUpOptions {
  /** From when on, ISO 8601 in UTC. */
  since: string | Date;
  /** The states to ask for; those in which a notification may not have arrived when left out. */
  status?: WebhookRecord["status"] | WebhookRecord["status"][];
  /** How many webhooks to skip. */
  offset?: number;
}

/** Which webhooks to list; all of them optional. */
export interface WebhookFilters {
  /** One state, several with commas, or a list. */
  status?: WebhookRecord["status"] | WebhookRecord["status"][];
  /** Begin of the range, ISO 8601 in UTC. */
  start?: string | Date;
  /** End of the range, ISO 8601 in UTC. */
  end?: string | Date;
  /** How many to skip. */
  offset?: number;
  /** How many to return, 1 to 100; 50 when left out. */
  limit?: number;
}
