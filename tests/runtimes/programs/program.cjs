const Optidash = require("optidash");
const { readFile } = require("node:fs/promises");

async function main() {
  const { scenario } = await import("./scenario.mjs");
  const { filesScenario } = await import("./scenario-files.mjs");
  const { API, URL: url, IMAGE } = process.env;
  const optidash = { default: Optidash, ...Optidash };
  const facts = await scenario(optidash, { api: API, url, image: await readFile(IMAGE) });
  console.log(JSON.stringify({ ...facts, files: await filesScenario(optidash, { api: API, image: IMAGE }) }));
}
main();
