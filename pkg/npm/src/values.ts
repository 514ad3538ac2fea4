// What hangs on the class: every name in here is a property of `require("optidash")` and an export of the ES module.
export { Optidash } from "./client.js";
export {
  ApiError,
  AuthenticationError,
  ConnectionError,
  ImageError,
  OptidashError,
  RateLimitError,
  TimeoutError,
  UnexpectedResponseError,
  ValidationError,
} from "./errors.js";
export { outputSize, readMetadata, transform } from "./image.js";
export { Notification, Receiver, Rejection } from "./receiver.js";
