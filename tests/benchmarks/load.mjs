// Many requests through one client against the local API: none may be lost, none doubled, and memory has to stay flat.
//
//   cargo xtask build
//   node --expose-gc tests/benchmarks/load.mjs [REQUESTS] [CONCURRENCY]
//
// 10,000 and 6 unless said. Uploads, binary answers and queries take turns; every image has a name of its
// own, which has to come back. `GET /calls` tells what the API got. Ends with 1 when something is amiss.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import Optidash from "../../pkg/npm/lib/index.js";

const REQUESTS = Number(process.argv[2] ?? 10_000);
const CONCURRENCY = Number(process.argv[3] ?? 6);
const MARKS = 5;
/** By how much memory may grow from the first mark to the last, in MiB: a leak of a kilobyte a request would be 8 of 10,000. */
const MOST_HEAP = 4;

const command = process.env.OPTIDASH_COMMAND ?? fileURLToPath(new URL("../../dist/optidash", import.meta.url));
const data = await mkdtemp(join(tmpdir(), "optidash-load-"));
const server = spawn(command, ["serve", "--listen", "127.0.0.1:0", "--data", data], {
  stdio: ["ignore", "pipe", "ignore"],
});
try {
  const [baseUrl] = await once(createInterface(server.stdout), "line");
  process.exitCode = (await run(baseUrl)) ? 0 : 1;
} finally {
  server.kill();
  await once(server, "exit");
  await rm(data, { recursive: true });
}

async function run(baseUrl) {
  const client = new Optidash("key", { baseUrl, concurrency: CONCURRENCY, retries: 0 });
  const photograph = fileURLToPath(new URL("../images/rocket.jpg", import.meta.url));
  const small = client.upload(photograph).resize({ width: 64 }).output({ format: "png" });
  const { data: image } = await small.toBuffer();
  await fetch(new URL("/calls", baseUrl), { method: "DELETE" });
  const ids = new Set();
  const marks = [];
  let wrong = 0;
  const begun = performance.now();

  const ask = async (number, opti) => {
    const request = opti.upload(image, { name: `${number}.png` }).resize({ width: 32 });
    if (number % 4 === 0) return opti.account();
    if (number % 4 === 1) return (await request.toBuffer()).metadata;
    return request.toJSON();
  };
  const onResult = ({ ok, value }, number) => {
    const isRight = ok && (number % 4 === 0 || (value.input.name === `${number}.png` && value.output.width === 32));
    if (!isRight) wrong += 1;
    if (ok && value.id) ids.add(value.id);
    if ((number + 1) % (REQUESTS / MARKS) === 0) marks.push(memory(number + 1));
  };
  await client.batch(numbers(REQUESTS), async (number, opti) => void onResult(await settled(ask(number, opti)), number));

  const seconds = (performance.now() - begun) / 1000;
  const calls = await (await fetch(new URL("/calls", baseUrl))).json();
  const images = REQUESTS - Math.ceil(REQUESTS / 4);
  const [lost, doubled] = [Math.max(0, REQUESTS - calls.length), Math.max(0, calls.length - REQUESTS)];
  const growth = marks.at(-1).heap - marks[0].heap;
  console.log(`${REQUESTS} requests, ${CONCURRENCY} at once, in ${seconds.toFixed(1)} s`);
  console.log(`lost ${lost}, doubled ${doubled}, wrong ${wrong}, distinct ids ${ids.size} of ${images}`);
  console.log(`the heap grew by ${growth.toFixed(1)} MiB from the first mark to the last`);
  return lost + doubled + wrong === 0 && ids.size === images && growth < MOST_HEAP;
}

function* numbers(count) {
  for (let number = 0; number < count; number++) yield number;
}

async function settled(promise) {
  try {
    return { ok: true, value: await promise };
  } catch (error) {
    console.error(error.message);
    return { ok: false };
  }
}

function memory(requests) {
  globalThis.gc?.();
  const { rss, heapUsed, external } = process.memoryUsage();
  const [resident, heap, outside] = [rss, heapUsed, external].map((bytes) => bytes / 2 ** 20);
  const shown = [resident, heap, outside].map((size) => size.toFixed(1));
  console.log(`${requests} requests: RSS ${shown[0]} MiB, heap ${shown[1]} MiB, external ${shown[2]} MiB`);
  return { rss: resident, heap };
}
