// The whole flow in JavaScript: ask for a picture, receive the webhook, make sure that it is genuine, keep the picture.
//
//     OPTIDASH_BASE_URL=... OPTIDASH_PHOTOGRAPH=photo.jpg node flow.mjs FOLDER

import { once } from "node:events";
import { writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import { join } from "node:path";
import { buffer } from "node:stream/consumers";
import Optidash from "optidash";

const folder = process.argv[2];
const say = (word, text) => console.log(`${word}\t${text}`);

const server = createServer().listen(0, "127.0.0.1");
await once(server, "listening");
const place = `127.0.0.1:${server.address().port}/endpoint`;
const endpoint = `http://user:pass@${place}`;

// The API's own network is the default; this one is for an API on this machine.
const receiver = new Optidash.Receiver({ endpoint, networks: ["127.0.0.0/8"] });

const notified = new Promise((resolve) => {
  server.on("request", async (request, response) => {
    const { method, socket, rawHeaders } = request;
    const received = { method, address: socket.remoteAddress, headers: rawHeaders, body: await buffer(request) };
    // The notification can be faster than the answer to the request, so the id is awaited.
    const result = receiver.receive(received, { expect: (await accepted).id });
    if (result.accepted) {
      response.writeHead(200).end();
      resolve(result);
    } else {
      response.writeHead(result.status, result.reason, result.headers).end();
    }
  });
});

const opti = new Optidash("your-api-key");
say("ask", `fetch https://www.website.com/image.jpg, resize to 100x75, webhook http://user:***@${place}`);
let begun = performance.now();
const accepted = opti
  .fetch("https://www.website.com/image.jpg")
  .resize({ width: 100, height: 75 })
  .webhook({ url: endpoint })
  .toJSON();

const { code, id } = await accepted;
say("accepted", `${code}, id ${id}`);

const notification = await notified;
say("notified", `after ${Math.round(performance.now() - begun)} ms, id ${notification.id}`);
say("genuine", "address in 127.0.0.0/8, user and password right, id is the one waited for");

const { url, format, width, height, bytes } = notification.output;
const picture = join(folder, "javascript-100x75.jpg");
await writeFile(picture, Buffer.from(await (await fetch(url)).arrayBuffer()));
say("picture", `${format} ${width}x${height}, ${bytes} bytes: ${picture}`);

say("forged", `wrong password: ${await forge("guess", id)}`);
say("forged", `unknown id: ${await forge("pass", "00000000-0000-4000-8000-000000000000")}`);

const large = join(folder, "javascript-12-megapixels.jpg");
await opti.upload(process.env.OPTIDASH_PHOTOGRAPH).resize({ width: 4000, height: 3000, mode: "exact" }).toFile(large);
begun = performance.now();
const small = join(folder, "javascript-12-megapixels-100x75.jpg");
const { input, output } = await opti.upload(large).resize({ width: 100, height: 75 }).toFile(small);
const sizes = [input, output].map((image) => `${image.width}x${image.height}`).join(" to ");
say("upload", `12 MP JPEG, ${sizes} in ${Math.round(performance.now() - begun)} ms: ${small}`);

server.close();

/** Sends what the API never sent, and tells how the endpoint answers. */
async function forge(password, unexpected) {
  const response = await fetch(`http://${place}`, {
    method: "POST",
    headers: { Authorization: `Basic ${btoa(`user:${password}`)}`, "Content-Type": "application/json" },
    body: JSON.stringify({ success: true, code: 200, id: unexpected }),
  });
  if (response.ok) throw new Error("a forged notification was believed");
  return `answered ${response.status} ${response.statusText}`;
}
