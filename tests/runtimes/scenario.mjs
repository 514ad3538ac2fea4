// What the package has to do in every runtime. It gets all that it needs, and answers with plain facts: this file goes through
// bundlers and into browsers.

/** What `scenario` answers with where all is well. */
export const EXPECTED = {
  fetched: { width: 100, height: 75 },
  uploaded: { format: "PNG", width: 64, height: 48, signature: "PNG" },
  downloaded: true,
  retried: ["503", "503", "200"],
  aborted: "enough",
  rateLimited: { name: "RateLimitError", status: 429, retryAfter: 7 },
  unauthorized: { name: "AuthenticationError", code: "unauthorized", status: 401 },
  invalid: { name: "ValidationError", code: "misspelt_attribute", path: "resize.widht" },
  batch: [10, "wrong_type", 30],
  transferred: true,
  webhooks: 0,
  received: "accepted",
  rejected: 403,
  size: { width: 50, height: 38 },
  transformed: { format: "JPEG", width: 50, height: 38 },
  secrets: false,
};

/**
 * @param optidash What the package exports.
 * @param api The base URL of a local API that knows one image by URL.
 * @param url That image's URL.
 * @param image The bytes of a JPEG of 4000x3000 pixels.
 */
export async function scenario(optidash, { api, url, image }) {
  const Optidash = optidash.default;
  const seen = [];
  const note = (event) => void seen.push(event);
  const client = new Optidash("key", { baseUrl: api, hooks: { request: note, response: note, retry: note } });
  const facts = {};

  const fetched = await client.fetch(url).resize({ width: 100 }).toJSON();
  facts.fetched = sizeOf(fetched.output);

  let transferred = 0;
  const onUploadProgress = (progress) => {
    transferred = progress.transferred;
  };
  const { metadata, data } = await client
    .upload(image, { name: "photograph.jpg" })
    .resize({ width: 64 })
    .output({ format: "png" })
    .toBuffer({ onUploadProgress });
  facts.uploaded = {
    format: metadata.output.format,
    ...sizeOf(metadata.output),
    signature: [...data.slice(1, 4)].map((byte) => String.fromCharCode(byte)).join(""),
  };
  facts.transferred = transferred >= image.byteLength;
  facts.downloaded = (await client.download(proxied(fetched, api))).byteLength === fetched.output.bytes;

  const from = seen.length;
  await fail(api, { kind: "status", status: 503, headers: { "Retry-After": "0" }, times: 2 });
  await client.account();
  facts.retried = seen
    .slice(from)
    .filter(({ status }) => status !== undefined)
    .map(({ status }) => String(status));

  await fail(api, { kind: "slow", seconds: 600 });
  const controller = new AbortController();
  const aborted = client.account({ signal: controller.signal, retries: 0 });
  controller.abort("enough");
  facts.aborted = await aborted.catch((reason) => reason);
  await clearFailures(api);

  await fail(api, { kind: "status", status: 429, headers: { "Retry-After": "7" } });
  facts.rateLimited = await failureOf(client.account({ retries: 0 }), ["name", "status", "retryAfter"]);
  const stranger = new Optidash("another-key", { baseUrl: api });
  facts.unauthorized = await failureOf(stranger.account(), ["name", "code", "status"]);
  facts.invalid = await failureOf(client.fetch(url).resize({ widht: 1 }).toJSON(), ["name", "code", "path"]);

  const widths = [10, "wide", 30];
  const results = await client.batch(widths, (width) => client.fetch(url).resize({ width }).toJSON());
  facts.batch = results.map(({ ok, value, error }) => (ok ? value.output.width : error.code));

  facts.webhooks = 0;
  for await (const _ of client.allWebhooks()) facts.webhooks += 1;

  const receiver = new optidash.Receiver();
  const body = JSON.stringify({ ...fetched, code: 200 });
  const notification = { method: "POST", address: "212.224.84.130", headers: {}, body };
  facts.received = receiver.receive(notification).accepted ? "accepted" : "rejected";
  facts.rejected = receiver.receive({ ...notification, address: "192.0.2.1" }).status;

  facts.size = optidash.outputSize({ resize: { width: 50 } }, 4000, 3000);
  const { output } = await optidash.transform(image, { resize: { width: 50 } });
  facts.transformed = { format: output.format, ...sizeOf(output) };

  facts.secrets = JSON.stringify(seen).includes(btoa("key:"));
  return facts;
}

const sizeOf = ({ width, height }) => ({ width, height });

/** A page of another origin reaches the local API through its own server, and so its storage. */
function proxied(metadata, api) {
  const { pathname } = new URL(metadata.output.url);
  return { ...metadata, output: { ...metadata.output, url: new URL(pathname, api).href } };
}

const failures = (api) => new URL("/failures", api);
const clearFailures = (api) => fetch(failures(api), { method: "DELETE" });

async function fail(api, failure) {
  const headers = { "content-type": "application/json" };
  const answer = await fetch(failures(api), { method: "POST", headers, body: JSON.stringify([failure]) });
  if (!answer.ok) throw new Error(await answer.text());
}

async function failureOf(promise, names) {
  const error = await promise.then(
    () => ({}),
    (error) => error,
  );
  return Object.fromEntries(names.map((name) => [name, error[name]]));
}
