// Puts the built npm package of this project where `import "optidash"` finds it.
import { existsSync, rmSync, symlinkSync } from "node:fs";
import { fileURLToPath } from "node:url";

const built = fileURLToPath(new URL("../../pkg/npm", import.meta.url));
const link = fileURLToPath(new URL("node_modules/optidash", import.meta.url));
if (!existsSync(`${built}/lib/webhook.js`)) throw new Error("the package is not built: run `cargo xtask build`");
rmSync(link, { force: true });
symlinkSync(built, link);
