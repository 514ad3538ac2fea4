// The programs in docs/engine.md, as they stand there, on a photograph.

import assert from "node:assert/strict";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { file, photograph, runJavascript, runPython, temporaryFolder } from "./harness.mjs";

const page = await readFile(file("../../docs/engine.md"), "utf8");
const block = (language) => page.match(new RegExp(`\`\`\`${language}\n(.*?)\`\`\``, "s"))[1];

const languages = {
  js: {
    name: "page.mjs",
    run: runJavascript,
    tell: "console.log(output.format, output.width, data.length === output.bytes);",
    told: "WEBP 400 true",
  },
  python: {
    name: "page.py",
    run: runPython,
    tell: "print(made.output['format'], made.output['width'], len(made.data) == made.output['bytes'])",
    told: "JPEG 400 True",
  },
};

for (const [language, { name, run, tell, told }] of Object.entries(languages)) {
  test(`the program of docs/engine.md in ${language} works`, async (test) => {
    const program = join(await temporaryFolder(test), name);
    const text = block(language).replace('"photo.jpg"', JSON.stringify(photograph));
    await writeFile(program, `${text}\n${tell}\n`);
    assert.equal(await run(program), told);
  });
}
