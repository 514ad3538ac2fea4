/** The two parts of an upload, in the order in which they are sent. */
export interface MultipartBody {
  /** The JSON text of the operations. */
  data: string;
  /** How the image is labelled; its bytes are streamed. */
  file: { name: string; content_type: string };
}

/** One HTTP request, ready for a transport of your own. Its headers hold the API key. */
export interface RequestDescription {
  method: "GET" | "POST";
  url: string;
  headers: [name: string, value: string][];
  /** Whether the answer is an image with its metadata in a header. */
  binary: boolean;
  /** JSON text to be sent as it is, a form, or nothing. */
  body: { json: string } | { multipart: MultipartBody } | null;
}

/** How the answer is wanted: as metadata, as a file or as bytes. */
export type ResponseMethod = "json" | "file" | "buffer";
