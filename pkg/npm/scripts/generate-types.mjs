// Writes src/operations.ts and src/answers.ts from the core's tables, given as a file or on standard input.
//
//   node scripts/generate-types.mjs [TABLES.json] [--check]
//
// With --check nothing is written: it fails when a file is not what the tables say.
import { readFileSync, writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { answerTypes } from "./types-of-answers.mjs";
import { operationTypes } from "./types-of-operations.mjs";

const { values, positionals } = parseArgs({ options: { check: { type: "boolean" } }, allowPositionals: true });
const { operations, answers } = JSON.parse(readFileSync(positionals[0] ?? 0, "utf8"));
const sources = { "operations.ts": operationTypes(operations), "answers.ts": answerTypes(answers) };

for (const [name, source] of Object.entries(sources)) {
  const target = new URL(`../src/${name}`, import.meta.url);
  if (!values.check) {
    writeFileSync(target, source);
  } else if (read(target) !== source) {
    console.error(`src/${name} is stale: run \`cargo xtask generate\` and commit what has changed`);
    process.exitCode = 1;
  }
}

function read(target) {
  try {
    return readFileSync(target, "utf8");
  } catch {
    return undefined;
  }
}
