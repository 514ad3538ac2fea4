// Puts the built npm package of this project where `import "optidash"` finds it, copied as npm would lay it: Next.js treats what a
// link leads to as the application's own source.
import { cpSync, existsSync, rmSync } from "node:fs";
import { fileURLToPath } from "node:url";

const built = fileURLToPath(new URL("../../pkg/npm", import.meta.url));
const installed = fileURLToPath(new URL("node_modules/optidash", import.meta.url));
if (!existsSync(`${built}/lib/webhook.js`)) throw new Error("the package is not built: run `cargo xtask build`");
rmSync(installed, { recursive: true, force: true });
for (const part of ["package.json", "lib"]) cpSync(`${built}/${part}`, `${installed}/${part}`, { recursive: true });
