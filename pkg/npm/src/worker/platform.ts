import { streamOf } from "../content.js";
import type { Platform } from "../platform.js";
import { web } from "../web/platform.js";

export const worker: Platform = {
  ...web,
  agent: "npm; workerd",
  // There is no `redirect: "error"`, and nothing of what was sent is kept for one.
  requestBody: (form) => ({ body: streamOf(form.chunks) }),
};
