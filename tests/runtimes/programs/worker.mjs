import * as optidash from "optidash";
import * as engine from "optidash/image";
import { scenario } from "./scenario.mjs";

export default {
  async fetch(request, env) {
    const image = new Uint8Array(await request.arrayBuffer());
    return Response.json(await scenario({ ...optidash, ...engine }, { api: env.API, url: env.IMAGE_URL, image }));
  },
};
