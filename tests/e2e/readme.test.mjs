// The programs in the README, as they stand there, with a notification handed to the function that each ends with.

import assert from "node:assert/strict";
import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { file, fixture, runCommand, runJavascript, runPython, startApi, startEndpoint, temporaryFolder } from "./harness.mjs";

const readme = await readFile(file("../../README.md"), "utf8");
const block = (language) => readme.match(new RegExp(`\`\`\`${language}\n(.*?)\`\`\``, "s"))[1];

const credentials = `Basic ${btoa("user:pass")}`;
const languages = {
  js: {
    name: "readme.mjs",
    run: runJavascript,
    deliver: `
      const body = JSON.stringify({ success: true, code: 200, id, output: { url: "https://s3.optidash.ai/temp/image.jpg" } });
      for (const address of ["212.224.84.130", "203.0.113.9"])
        handle({ method: "POST", address, headers: { authorization: "${credentials}" }, body });`,
  },
  python: {
    name: "readme.py",
    run: runPython,
    deliver: `
import json
body = json.dumps({"success": True, "id": answer["id"], "output": {"url": "https://s3.optidash.ai/temp/image.jpg"}})
for address in ["212.224.84.130", "203.0.113.9"]:
    handle("POST", address, {"authorization": "${credentials}"}, body.encode())`,
  },
};

for (const [language, { name, run, deliver }] of Object.entries(languages)) {
  test(`the README's program in ${language} works`, async (test) => {
    const { url } = await startEndpoint(test);
    const api = await startApi(test, ["--fixture", fixture, "--forward-webhooks-to", url]);
    const program = join(await temporaryFolder(test), name);
    await writeFile(program, block(language) + deliver);

    const output = await run(program, { OPTIDASH_BASE_URL: api.baseUrl });
    assert.equal(output, "https://s3.optidash.ai/temp/image.jpg\n403 untrusted_address");
  });
}

test("the README's command for many images works", async (test) => {
  const command = readme.match(/^dist\/optidash (run .*) out\/ (.*)$/m);
  const folder = await temporaryFolder(test);
  await runCommand([...command[1].split(" "), folder, ...command[2].split(" ")]);
  const made = (await readdir(folder)).filter((name) => name.endsWith(".jpg"));
  assert.deepEqual(made.sort(), ["coffee.jpg", "rocket.jpg"]);
});
