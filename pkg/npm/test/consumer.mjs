// An empty project with the packed package installed, as a user has it.
import { execFile } from "node:child_process";
import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

export const run = promisify(execFile);
export const root = fileURLToPath(new URL("..", import.meta.url));

/** Gives the project's folder, the tarball, and a function that runs a program in the project. */
export async function consumer(t) {
  const folder = await mkdtemp(join(tmpdir(), "optidash-consumer-"));
  t.after(() => rm(folder, { recursive: true }));
  await run("npm", ["pack", "--ignore-scripts", "--pack-destination", folder], { cwd: root });
  const [name] = (await readdir(folder)).filter((file) => file.endsWith(".tgz"));
  const tarball = join(folder, name);
  await writeFile(join(folder, "package.json"), '{"private": true}');
  await run("npm", ["install", "--offline", "--no-audit", "--no-fund", tarball], { cwd: folder });
  const program = async (file, text, environment = {}) => {
    await writeFile(join(folder, file), text);
    const env = { ...process.env, ...environment };
    return (await run(process.execPath, [file], { cwd: folder, env })).stdout;
  };
  return { folder, tarball, program };
}
