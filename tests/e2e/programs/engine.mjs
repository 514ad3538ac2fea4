// 12 MP in, 100x75 out, in this process.
import { readFile } from "node:fs/promises";
import Optidash from "optidash";

const photograph = await readFile(process.argv[2]);
const large = await Optidash.transform(photograph, { resize: { width: 4000, height: 3000, mode: "exact" } });
const { input, output } = await Optidash.transform(large.data, { resize: { width: 100, height: 75 } });
console.log(JSON.stringify([input, output].map(({ format, width, height }) => ({ format, width, height }))));
