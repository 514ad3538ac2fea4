import type { Content } from "./content.js";
import type { MultipartBody } from "./description.js";

/** A `multipart/form-data` body, encoded while it is read. */
export interface Multipart {
  readonly contentType: string;
  /** In bytes; unknown when the file's is. */
  readonly size: number | undefined;
  readonly chunks: AsyncGenerator<Uint8Array>;
  /** The same as a whole: a browser keeps what a file is made of on the disk. */
  blob(): Promise<Blob>;
  /** To be told how many bytes of the whole have been sent. */
  sent(bytes: number): Promise<void>;
}

const encoder = new TextEncoder();

/** The parts in the description's order; `boundary` must be a name that the file cannot hold. */
export function encodeMultipart(parts: MultipartBody, file: Content, boundary: string): Omit<Multipart, "sent"> {
  const pieces: (Uint8Array | Content)[] = [];
  for (const [name, part] of Object.entries(parts)) {
    const label = typeof part === "string" ? "" : fileLabel(part.name, part.content_type);
    const head = `--${boundary}\r\nContent-Disposition: form-data; name="${escaped(name)}"${label}\r\n\r\n`;
    pieces.push(encoder.encode(head), typeof part === "string" ? encoder.encode(part) : file, encoder.encode("\r\n"));
  }
  pieces.push(encoder.encode(`--${boundary}--\r\n`));
  return {
    contentType: `multipart/form-data; boundary=${boundary}`,
    size: sizeOf(pieces),
    chunks: chunksOf(pieces),
    blob: () => blobOf(pieces),
  };
}

function fileLabel(name: string, contentType: string): string {
  return `; filename="${escaped(name)}"\r\nContent-Type: ${contentType}`;
}

/** As browsers do (HTML standard, multipart/form-data encoding algorithm). */
function escaped(name: string): string {
  return name.replaceAll("\n", "%0A").replaceAll("\r", "%0D").replaceAll('"', "%22");
}

function sizeOf(pieces: (Uint8Array | Content)[]): number | undefined {
  const sizes = pieces.map((piece) => (piece instanceof Uint8Array ? piece.byteLength : piece.size));
  return sizes.reduce((sum, size) => (sum === undefined || size === undefined ? undefined : sum + size), 0);
}

async function* chunksOf(pieces: (Uint8Array | Content)[]): AsyncGenerator<Uint8Array> {
  for (const piece of pieces) {
    if (piece instanceof Uint8Array) yield piece;
    else for await (const chunk of piece.chunks) yield typeof chunk === "string" ? encoder.encode(chunk) : chunk;
  }
}

async function blobOf(pieces: (Uint8Array | Content)[]): Promise<Blob> {
  const parts: BlobPart[] = [];
  for (const piece of pieces) {
    if (piece instanceof Uint8Array) parts.push(piece as BlobPart);
    else if (piece.blob) parts.push(piece.blob);
    else for await (const chunk of piece.chunks) parts.push(chunk as BlobPart);
  }
  return new Blob(parts);
}
