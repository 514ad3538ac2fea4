import type { Limits } from "./settings.js";

/** The two parts of an upload, in the order in which they are sent. */
export interface MultipartBody {
  /** The JSON text of the operations. */
  data: string;
  /** How the image is labelled; its bytes are streamed. */
  file: { name: string; content_type: string };
}

/** One HTTP request, ready for a transport of your own. Its headers hold the API key. */
export interface RequestDescription {
  method: "GET" | "POST" | "PUT";
  url: string;
  headers: [name: string, value: string][];
  /** Whether the answer is an image with its metadata in a header. */
  binary: boolean;
  /** What a success carries: JSON, an image with its metadata in a header, or a file. */
  answer: "document" | "image" | "file";
  /** JSON text to be sent as it is, a form, or nothing. */
  body: { json: string } | { multipart: MultipartBody } | null;
  /** In seconds. */
  timeout: Limits;
  /** How often the request is repeated at most. */
  retries: number;
  /** Whether the request may be repeated although the API may have accepted it. */
  repeatable: boolean;
  /** Whether a redirect is an error. */
  redirects: "refuse" | "follow";
  /** The request without its secrets, for logs. */
  observed: { method: string; url: string; headers: [name: string, value: string][] };
}

/** How the answer is wanted: as metadata, as a file or as bytes. */
export type ResponseMethod = "json" | "file" | "buffer";
