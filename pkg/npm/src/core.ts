import { errorFromDocument, OptidashError } from "./errors.js";

/** A module made by wasm-bindgen from `bindings/wasm`. */
export interface Module {
  /** Gives the document of the answer. */
  ask(operation: string, input: string, bytes: Uint8Array): string;
  call(operation: string, input: string, bytes: Uint8Array): { readonly document: string; intoBytes(): Uint8Array };
  discard(): void;
  start(): void;
}

/** What an operation of the core answers with. */
export interface Answer<Document> {
  readonly document: Document;
  readonly bytes: Uint8Array;
}

const NO_BYTES: Uint8Array = new Uint8Array();

/** Calls an operation of the core; its errors come out as this package's classes. */
export function call<Document>(module: Module, operation: string, input: unknown, bytes = NO_BYTES): Document {
  const run = (text: string) => module.ask(operation, text, bytes);
  return JSON.parse(guarded(module, input, run));
}

/** Calls an operation that makes an image. */
export function callForBytes<Document>(
  module: Module,
  operation: string,
  input: unknown,
  bytes: Uint8Array,
): Answer<Document> {
  const answer = guarded(module, input, (text) => module.call(operation, text, bytes));
  return { document: JSON.parse(answer.document), bytes: answer.intoBytes() };
}

function guarded<Result>(module: Module, input: unknown, run: (text: string) => Result): Result {
  const { text, cause } = serialize(input);
  try {
    return run(text);
  } catch (thrown) {
    if (typeof thrown === "string") throw errorFromDocument(thrown, cause);
    throw defect(module, thrown);
  }
}

/** What JSON cannot carry (a cycle, a BigInt) goes as an empty text, for the core to refuse in its own words. */
function serialize(input: unknown): { text: string; cause?: unknown } {
  try {
    return { text: JSON.stringify(input) };
  } catch (cause) {
    return { text: "", cause };
  }
}

/** A panic, or exhausted memory: the instance cannot be trusted any more, so the next call gets a fresh one. */
function defect(module: Module, cause: unknown): OptidashError {
  module.discard();
  module.start();
  const message = "the core failed where it never should; please report it with the cause of this error";
  return new OptidashError({ code: "internal", path: "", message, cause });
}
