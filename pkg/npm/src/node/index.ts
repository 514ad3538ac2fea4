import { Optidash } from "../client.js";
import { install } from "../platform.js";
import * as values from "../values.js";
import { node } from "./platform.js";

install(node);

// `require("optidash")` is the class itself; everything else hangs on it.
export default Object.assign(Optidash, values);
