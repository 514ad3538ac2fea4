// What happens when the module fails where it never should: tried on a module that is made to.
import assert from "node:assert/strict";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const { outputFiles } = await build({
  entryPoints: [fileURLToPath(new URL("../src/core.ts", import.meta.url))],
  bundle: true,
  format: "esm",
  write: false,
});
const { call } = await import(`data:text/javascript,${encodeURIComponent(outputFiles[0].text)}`);

function failing(thrown) {
  const calls = [];
  return {
    calls,
    ask() {
      throw thrown;
    },
    discard: () => calls.push("discard"),
    start: () => calls.push("start"),
  };
}

test("a defect becomes an error, and the instance is replaced", () => {
  for (const thrown of [new Error("panicked at core/src/x.rs"), new WebAssembly.RuntimeError("unreachable")]) {
    const module = failing(thrown);
    assert.throws(
      () => call(module, "request", {}),
      (error) => {
        assert.deepEqual([error.name, error.code, error.cause], ["OptidashError", "internal", thrown]);
        return true;
      },
    );
    assert.deepEqual(module.calls, ["discard", "start"]);
  }
});

test("an error of the core keeps everything it says, and leaves the instance alone", () => {
  const document = {
    type: "RateLimitError",
    code: "rate_limited",
    path: "",
    message: "slow down",
    status: 429,
    request_id: "id",
    metadata: { success: false },
  };
  const module = failing(JSON.stringify(document));
  assert.throws(
    () => call(module, "response", {}),
    (error) => {
      const { name, code, message, status, requestId, metadata } = error;
      assert.deepEqual(
        { type: name, code, path: error.path, message, status, request_id: requestId, metadata },
        document,
      );
      return true;
    },
  );
  assert.deepEqual(module.calls, []);
});

test("a class of error that is younger than the package is still an OptidashError", () => {
  const module = failing('{"type": "TeapotError", "code": "teapot", "path": "", "message": "short and stout"}');
  assert.throws(() => call(module, "response", {}), { name: "OptidashError", code: "teapot" });
});
