import { fileURLToPath } from "node:url";

export default {
  serverExternalPackages: ["optidash"],
  turbopack: { root: fileURLToPath(new URL("..", import.meta.url)) },
};
