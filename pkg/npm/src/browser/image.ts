// `optidash/image` in a browser: importing it waits for the engine, which has the rules for images as well.
import { install } from "../platform.js";
import { browser, engine } from "./platform.js";

await engine();
install(browser);

export { outputSize, readMetadata, transform } from "../image.js";
