// Writes THIRD-PARTY-NOTICES.txt: the licences of the Rust crates that are compiled into the WebAssembly modules.
//
//   node scripts/generate-notices.mjs [--check]
//
// With --check nothing is written: it fails when the file is not what Cargo.lock says.
import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

const { values } = parseArgs({ options: { check: { type: "boolean" } } });
const target = new URL("../THIRD-PARTY-NOTICES.txt", import.meta.url);
const generated = notices(linkedCrates(cargoMetadata()));

if (!values.check) {
  writeFileSync(target, generated);
} else if (readFileSync(target, "utf8") !== generated) {
  console.error("THIRD-PARTY-NOTICES.txt is stale: run `node scripts/generate-notices.mjs` in pkg/npm");
  process.exitCode = 1;
}

function cargoMetadata() {
  const manifest = fileURLToPath(new URL("../../../bindings/wasm/Cargo.toml", import.meta.url));
  const options = ["--format-version", "1", "--locked", "--filter-platform", "wasm32-unknown-unknown"];
  const text = execFileSync("cargo", ["metadata", ...options, "--features", "image", "--manifest-path", manifest], {
    maxBuffer: 1 << 28,
  });
  return JSON.parse(text);
}

/** What ends up in the module: normal dependencies, without the macros that only run while compiling. */
function linkedCrates({ packages, resolve }) {
  const byId = new Map(packages.map((crate) => [crate.id, crate]));
  const nodes = new Map(resolve.nodes.map((node) => [node.id, node]));
  const start = packages.find(({ name }) => name === "optidash-wasm");
  const found = new Set();
  const pending = [start.id];
  for (let id = pending.pop(); id !== undefined; id = pending.pop()) {
    if (found.has(id) || isMacro(byId.get(id))) continue;
    found.add(id);
    const linked = nodes.get(id).deps.filter(({ dep_kinds: kinds }) => kinds.some(({ kind }) => kind === null));
    pending.push(...linked.map(({ pkg }) => pkg));
  }
  const external = [...found].map((id) => byId.get(id)).filter(({ source }) => source !== null);
  return external.sort((a, b) => (a.name < b.name ? -1 : 1));
}

function isMacro({ targets }) {
  return targets.some(({ kind }) => kind.includes("proc-macro"));
}

function notices(crates) {
  const byText = groupBy(crates, licenceText);
  const sections = [...byText].map(([text, group]) => {
    const names = group.map(({ name, version, license }) => `${name} ${version} (${license})`);
    return `${names.join("\n")}\n\n${text}\n`;
  });
  const head =
    "The WebAssembly modules in lib/wasm contain the standard library of Rust (MIT OR Apache-2.0, see rust-lang.org)\n" +
    "and the crates below, each under the licence that follows its name. This software is based in part on the work of\n" +
    "the Independent JPEG Group.\n";
  return [head, ...sections].join(`\n${"-".repeat(80)}\n\n`);
}

function groupBy(values, keyOf) {
  const groups = new Map();
  for (const value of values) groups.set(keyOf(value), [...(groups.get(keyOf(value)) ?? []), value]);
  return groups;
}

/** Of several licences to choose from, MIT asks for the least. */
function licenceText({ manifest_path: manifest, name, repository }) {
  const folder = dirname(manifest);
  const files = readdirSync(folder)
    .filter((file) => /^(licen[cs]e|copying|unlicense)/i.test(file))
    .sort();
  const chosen = files.find((file) => /mit/i.test(file)) ?? files.find((file) => !/apache/i.test(file)) ?? files[0];
  if (chosen === undefined) return `${name} ships no licence text; see ${repository}`;
  return readFileSync(join(folder, chosen), "utf8").replaceAll("\r\n", "\n").trim();
}
