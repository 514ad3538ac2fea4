// A project of a user's: an empty folder with the packed package installed, and a local API for it to talk to.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { cp, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";

const { OPTIDASH_COMMAND } = process.env;
if (!OPTIDASH_COMMAND) throw new Error("run these by `cargo xtask test`");

const here = (name) => fileURLToPath(new URL(name, import.meta.url));
export const IMAGE = here("../images/coffee.jpg");
export const IMAGE_URL = "https://www.website.com/image.jpg";

/** A folder with the package and the programs in it. */
export async function makeProject(t, { module = "module" } = {}) {
  const folder = await mkdtemp(join(tmpdir(), "optidash-runtimes-"));
  t.after(() => rm(folder, { recursive: true, force: true }));
  await writeFile(join(folder, "package.json"), JSON.stringify({ private: true, type: module }));
  for (const part of ["programs", "scenario.mjs", "scenario-files.mjs"]) {
    await cp(here(part), part === "programs" ? folder : join(folder, part), { recursive: true });
  }
  await cp(here("scenario.mjs"), join(folder, "browser/scenario.mjs"));
  const [packed] = (await readdir(here("../../dist"))).filter((name) => name.endsWith(".tgz"));
  const options = ["--offline", "--ignore-scripts", "--no-audit", "--no-fund"];
  await run("npm", ["install", ...options, here(`../../dist/${packed}`)], { cwd: folder });
  return folder;
}

/** The base URL of a local API that knows the photograph by URL. */
export async function startApi(t) {
  const data = await mkdtemp(join(tmpdir(), "optidash-runtimes-"));
  const words = [
    "serve",
    "--listen",
    "127.0.0.1:0",
    "--data",
    data,
    "--key",
    "key",
    "--fixture",
    `${IMAGE_URL}=${IMAGE}`,
  ];
  const server = spawn(OPTIDASH_COMMAND, words, { stdio: ["ignore", "pipe", "inherit"] });
  t.after(async () => {
    const exited = once(server, "exit");
    server.kill("SIGKILL");
    await exited;
    await rm(data, { recursive: true });
  });
  const [api] = await once(createInterface(server.stdout), "line");
  return api;
}

/** Runs a program to its end and gives what it printed. */
export async function run(program, words, { cwd, env = {} }) {
  const child = spawn(program, words, { cwd, env: { ...process.env, ...env }, stdio: ["ignore", "pipe", "pipe"] });
  const [output, errors, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, "close")]);
  if (code !== 0) throw new Error(`${program} ${words.join(" ")} ended with ${code}:\n${output}${errors}`);
  return output;
}
