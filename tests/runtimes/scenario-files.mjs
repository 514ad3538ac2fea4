// What runtimes with files do besides.
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

export const EXPECTED_FILES = { saved: true, downloaded: true };

/** A path is uploaded and answers come out as files. */
export async function filesScenario({ default: Optidash }, { api, image }) {
  const folder = await mkdtemp(join(tmpdir(), "optidash-runtimes-"));
  try {
    const client = new Optidash("key", { baseUrl: api });
    const saved = join(folder, "saved.jpg");
    const metadata = await client.upload(image).resize({ width: 32 }).toFile(saved);
    const downloaded = join(folder, "downloaded.jpg");
    await client.download(metadata, downloaded);
    const size = async (path) => (await readFile(path)).byteLength;
    return {
      saved: (await size(saved)) === metadata.output.bytes,
      downloaded: (await size(downloaded)) === metadata.output.bytes,
    };
  } finally {
    await rm(folder, { recursive: true });
  }
}
