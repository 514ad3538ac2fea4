import * as optidash from "optidash";
import * as engine from "optidash/image";
import { scenario } from "./scenario.mjs";
import { filesScenario } from "./scenario-files.mjs";
import { readFile } from "node:fs/promises";

const { API, URL: url, IMAGE } = process.env;
const facts = await scenario({ ...optidash, ...engine }, { api: API, url, image: await readFile(IMAGE) });
console.log(JSON.stringify({ ...facts, files: await filesScenario(optidash, { api: API, image: IMAGE }) }));
