import type { ImageMetadata } from "./answers.js";
import { type Bytes, isBytes, viewOf } from "./content.js";
import { call, callForBytes } from "./core.js";
import type { OperationHashes } from "./operations.js";
import { platform } from "./platform.js";

export interface ImageOptions {
  /** File name for the metadata. */
  name?: string;
}

/** An image that the embedded engine made. */
export interface Transformed {
  input: ImageMetadata;
  output: ImageMetadata;
  data: Bytes;
}

/**
 * Does here what the API does remotely. The engine's module is loaded on first use.
 *
 * @param bytes A JPEG, PNG, WebP or GIF file. They are copied once, into the engine's memory, and must not change meanwhile.
 * @throws {ImageError} for bytes that are no image, or one that is too large.
 * @throws {ValidationError} for operations that are wrong or that the engine does not have.
 */
export async function transform(
  bytes: Uint8Array | ArrayBuffer,
  operations: OperationHashes,
  options: ImageOptions = {},
): Promise<Transformed> {
  const image = bytesOf(bytes);
  const module = await platform().engine();
  const input = { operations, name: options.name, sha1: await platform().sha1(image) };
  const answer = callForBytes<{ input: ImageMetadata; output: ImageMetadata }>(module, "transform", input, image);
  return { ...answer.document, data: platform().bytes([answer.bytes]) };
}

/** What the API would say of an image. @throws {ImageError} for bytes that are no image. */
export async function readMetadata(
  bytes: Uint8Array | ArrayBuffer,
  options: ImageOptions = {},
): Promise<ImageMetadata> {
  const image = bytesOf(bytes);
  const module = await platform().engine();
  const input = { name: options.name, sha1: await platform().sha1(image) };
  return call<ImageMetadata>(module, "metadata", input, image);
}

/**
 * The size that an image of `width` x `height` pixels comes out with, without decoding anything.
 *
 * @throws {ValidationError} for operations that are wrong.
 */
export function outputSize(
  operations: OperationHashes,
  width: number,
  height: number,
): { width: number; height: number } {
  const input = { operations, width, height };
  return call<{ width: number; height: number }>(platform().protocol(), "output_size", input);
}

function bytesOf(value: Uint8Array | ArrayBuffer): Uint8Array {
  if (isBytes(value)) return viewOf(value);
  throw new TypeError("the image must be given as bytes: a Uint8Array, a Buffer or an ArrayBuffer");
}
