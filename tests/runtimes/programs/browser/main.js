import * as optidash from "optidash";
import * as engine from "optidash/image";
import { scenario } from "./scenario.mjs";

async function run() {
  const image = new Uint8Array(await (await fetch("/image.jpg")).arrayBuffer());
  const { url } = await (await fetch("/settings.json")).json();
  return scenario({ ...optidash, ...engine }, { api: new URL("/1.0", location.href).href, url, image });
}

globalThis.facts = run();
