import type { Content } from "./content.js";
import { type Course, Failed } from "./course.js";
import type { MultipartBody } from "./description.js";
import { untilAborted } from "./limits.js";
import { encodeMultipart, type Multipart } from "./multipart.js";
import { platform } from "./platform.js";
import { counted } from "./progress.js";
import type { CallOptions } from "./settings.js";
import type { Upload } from "./upload.js";

/** A form on its way out. */
export interface Outgoing extends Multipart {
  /** Lets go of the image. */
  close(): void;
}

/** Opens the image and puts the form around it. */
export async function encodeUpload(
  course: Course,
  parts: MultipartBody,
  upload: Upload | undefined,
  { onUploadProgress }: CallOptions,
): Promise<Outgoing> {
  const file = await open(course, upload);
  const total = file.size ?? null;
  let isStreamed = true;
  const count = counted(total, onUploadProgress);
  const tell = (chunk: Uint8Array | string) => (isStreamed ? count(chunk) : undefined);
  const form = encodeMultipart(parts, { ...file, chunks: readSource(course, file, tell) }, boundary());
  return {
    ...form,
    close: () => file.close?.(),
    async blob() {
      isStreamed = false;
      const blob = await form.blob();
      // Nobody can see what moves, unless `sent` is told of it.
      course.watch.pause();
      return blob;
    },
    sent: (bytes) => {
      course.watch.moved();
      const frame = (form.size ?? bytes) - (total ?? bytes);
      return course.callers(() => onUploadProgress?.({ transferred: Math.max(0, bytes - frame), total }));
    },
  };
}

async function open(course: Course, upload: Upload | undefined): Promise<Content> {
  if (upload === undefined) throw course.failed("file", new TypeError("there is nothing to upload"));
  const opening = upload.open();
  try {
    return await untilAborted(opening, course.watch.signal);
  } catch (cause) {
    // It may yet be opened.
    opening.then((late) => late.close?.()).catch(() => {});
    throw course.failed("file", cause);
  }
}

/** The source, which may take the time it needs: while it is waited for, nothing has to move. */
async function* readSource(
  course: Course,
  { chunks }: Content,
  tell: (chunk: Uint8Array | string) => void,
): AsyncGenerator<Uint8Array | string> {
  try {
    course.watch.pause();
    for await (const chunk of chunks) {
      course.watch.moved();
      yield chunk;
      await course.callers(() => tell(chunk));
      course.watch.pause();
    }
    course.watch.moved();
  } catch (cause) {
    course.break(cause instanceof Failed ? cause : course.failed("file", cause));
    throw cause;
  }
}

/** A line that the file cannot hold, since nobody can guess it. */
function boundary(): string {
  return Array.from(platform().randomBytes(24), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
