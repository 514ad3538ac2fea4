// What the end-to-end tests share: the local API, an endpoint that records notifications, and programs to completion.
//
// `cargo xtask test` builds and installs what is tried here, and says where it is.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { copyFile, mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { createInterface } from "node:readline";
import { json, text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";

const { OPTIDASH_COMMAND, OPTIDASH_JAVASCRIPT, OPTIDASH_PYTHON } = process.env;
if (!OPTIDASH_COMMAND || !OPTIDASH_JAVASCRIPT || !OPTIDASH_PYTHON) throw new Error("run these by `cargo xtask test`");

export const photograph = fileURLToPath(new URL("../images/coffee.jpg", import.meta.url));
export const fixture = `https://www.website.com/image.jpg=${photograph}`;

/** The path of a file beside the tests. */
export const file = (name) => fileURLToPath(new URL(name, import.meta.url));

/** A folder that goes with the test. */
export async function temporaryFolder(test) {
  const folder = await mkdtemp(join(tmpdir(), "optidash-"));
  test.after(() => rm(folder, { recursive: true }));
  return folder;
}

/** Starts the local API; its first line says where it is. */
export async function startApi(test, options, data) {
  const folder = data ?? (await temporaryFolder(test));
  const server = spawn(OPTIDASH_COMMAND, ["serve", "--listen", "127.0.0.1:0", "--data", folder, ...options], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const exited = once(server, "exit");
  /** Ends it as a power cut would. */
  const kill = async () => {
    server.kill("SIGKILL");
    await exited;
  };
  test.after(kill);
  const [baseUrl] = await Promise.race([once(createInterface(server.stdout), "line"), failed(exited)]);
  return { baseUrl, kill };
}

async function failed(exited) {
  const [code] = await exited;
  throw new Error(`the local API ended with ${code} before it listened`);
}

/** An endpoint that answers 200; `next()` waits for the next notification's JSON. */
export async function startEndpoint(test) {
  const waiting = [];
  const arrived = [];
  const server = createServer(async (request, response) => {
    const notification = await json(request);
    response.end();
    const resolve = waiting.shift();
    if (resolve) resolve(notification);
    else arrived.push(notification);
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  test.after(() => server.close());
  const next = () => (arrived.length > 0 ? arrived.shift() : new Promise((resolve) => waiting.push(resolve)));
  return { url: `http://127.0.0.1:${server.address().port}/endpoint`, next };
}

/** Runs a program with the npm package; a program finds packages from where it lies, so it is copied there unchanged. */
export async function runJavascript(path, environment = {}, ...args) {
  const copy = join(OPTIDASH_JAVASCRIPT, basename(path));
  await copyFile(path, copy);
  return run(process.execPath, [copy, ...args], environment);
}

/** Runs a program with the wheel. */
export const runPython = (path, environment = {}, ...args) => run(OPTIDASH_PYTHON, [path, ...args], environment);

/** Runs the optidash command, in the folder of the project. */
export const runCommand = (args) => run(OPTIDASH_COMMAND, args, {}, file("../.."));

async function run(program, args, environment, folder) {
  const child = spawn(program, args, {
    cwd: folder,
    env: { ...process.env, ...environment },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const [output, errors, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, "close")]);
  if (code !== 0) throw new Error(`${args.join(" ")} ended with ${code}:\n${output}${errors}`);
  return output.trim();
}
