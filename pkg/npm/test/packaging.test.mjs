import assert from "node:assert/strict";
import { readFileSync, statSync } from "node:fs";
import { cp, mkdir, readdir, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { gzipSync } from "node:zlib";
import { consumer, root, run } from "./consumer.mjs";

test("CommonJS and ES modules share one class", async (t) => {
  const { folder, program } = await consumer(t);
  const names = JSON.parse(
    await program(
      "main.cjs",
      `const Optidash = require("optidash");
       if (!(new Optidash("key") instanceof Optidash)) throw new Error("not the class");
       if (Optidash.Optidash !== Optidash || Optidash.name !== "Optidash") throw new Error("another name");
       if (require("optidash/image").transform !== Optidash.transform) throw new Error("another transform");
       console.log(JSON.stringify(Object.keys(Optidash).sort()));`,
    ),
  );
  await program(
    "main.mjs",
    `import assert from "node:assert/strict";
     import { createRequire } from "node:module";
     import * as everything from "optidash";
     import * as image from "optidash/image";
     const Optidash = createRequire(import.meta.url)("optidash");
     assert.equal(everything.default, Optidash);
     const { default: _, ...named } = everything;
     assert.deepEqual(Object.keys(named).sort(), ${JSON.stringify(names)});
     for (const name of Object.keys(named)) assert.equal(named[name], Optidash[name]);
     for (const name of Object.keys(image)) assert.equal(image[name], Optidash[name]);
     assert.equal(everything.Optidash, Optidash);
     assert.throws(() => new everything.default(), everything.ValidationError);`,
  );
  const installed = JSON.parse(readFileSync(join(folder, "node_modules/optidash/package.json"), "utf8"));
  assert.equal(installed.dependencies, undefined);
  assert.deepEqual(await readdir(join(folder, "node_modules")), [".package-lock.json", "optidash"]);
});

test("TypeScript knows everything, in both kinds of module", async (t) => {
  const { folder } = await consumer(t);
  const program = readFileSync(new URL("consumer.ts.txt", import.meta.url), "utf8");
  await writeFile(join(folder, "module.mts"), `import Optidash, * as all from "optidash";\n${program}`);
  await writeFile(
    join(folder, "common.cts"),
    `import Optidash = require("optidash");\nimport all = Optidash;\n${program}`,
  );
  const compile = (...options) =>
    run(process.execPath, [join(root, "node_modules/typescript/bin/tsc"), "--noEmit", "--strict", ...options], {
      cwd: folder,
    }).catch(({ stdout }) => assert.fail(stdout));
  const files = ["module.mts", "common.cts"];
  const plain = ["--target", "es2022", "--exactOptionalPropertyTypes"];
  await compile(...plain, "--module", "node16", "--lib", "es2022,dom", "--types", "", ...files);
  await compile(...plain, "--module", "esnext", "--moduleResolution", "bundler", "--types", "", "module.mts");
  await mkdir(join(folder, "node_modules/@types"));
  for (const name of ["@types/node", "undici-types"]) {
    await symlink(join(root, "node_modules", name), join(folder, "node_modules", name));
  }
  await writeFile(join(folder, "node.mts"), readFileSync(new URL("consumer-node.ts.txt", import.meta.url), "utf8"));
  await compile(...plain, "--module", "nodenext", "--lib", "es2022", "--types", "node", ...files, "node.mts");
});

test("publint and arethetypeswrong have nothing to say", async (t) => {
  const { folder, tarball } = await consumer(t);
  const tool = (name, ...options) =>
    run(join(root, "node_modules/.bin", name), options, { cwd: folder }).catch(({ stdout, stderr }) =>
      assert.fail(stdout + stderr),
    );
  // The Worker's entries exist in that runtime alone.
  const worker = ["--exclude-entrypoints", "worker", "worker/client"];
  await tool("attw", tarball, "--profile", "node16", "--no-definitely-typed", ...worker);
  await cp(join(folder, "node_modules/optidash"), join(folder, "unpacked"), { recursive: true });
  await tool("publint", "run", join(folder, "unpacked"), "--strict", "--pack", "false");
});

test("the package holds what it needs and nothing else", async (t) => {
  const { folder } = await consumer(t);
  const files = await readdir(join(folder, "node_modules/optidash"), { recursive: true });
  const strange = files.filter(
    (file) => !/^(LICENSE|README\.md|THIRD-PARTY-NOTICES\.txt|package\.json|(lib|templates)(\/.*)?)$/.test(file),
  );
  assert.deepEqual(strange, []);
  for (const file of ["LICENSE", "lib/wasm/optidash_bg.wasm", "lib/wasm/optidash_image_bg.wasm"]) {
    assert.ok(files.includes(file), file);
  }
  const license = readFileSync(new URL("../../../LICENSE", import.meta.url), "utf8");
  assert.equal(readFileSync(join(folder, "node_modules/optidash/LICENSE"), "utf8"), license);
});

test("the package weighs what it did", async (t) => {
  const { tarball } = await consumer(t);
  const zipped = (...files) =>
    files.reduce((sum, file) => sum + gzipSync(readFileSync(join(root, "lib", file))).length, 0);
  const kilobytes = {
    "the whole, packed": statSync(tarball).size / 1000,
    "a page without the engine": zipped("browser/index.js", "browser/shared.js", "wasm/optidash_bg.wasm") / 1000,
  };
  const most = { "the whole, packed": 1500, "a page without the engine": 280 };
  for (const [what, size] of Object.entries(kilobytes)) assert.ok(size < most[what], `${what}: ${size} kB`);
});
