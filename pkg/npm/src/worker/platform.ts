import type { Platform } from "../platform.js";
import { web } from "../web/platform.js";

export const worker: Platform = { ...web, agent: "npm; workerd" };
