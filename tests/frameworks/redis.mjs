// A Redis server of its own for a test, on a socket in a temporary folder.
import { join } from "node:path";
import { start, temporaryFolder } from "./runtimes.mjs";

/** Gives the path of the socket. */
export async function redisServer(t) {
  const folder = await temporaryFolder(t);
  const socket = join(folder, "redis.sock");
  const settings = { port: "0", unixsocket: socket, dir: folder, save: "", appendonly: "no" };
  const words = Object.entries(settings).flatMap(([name, value]) => [`--${name}`, value]);
  const server = start(t, "redis-server", words);
  while (!/ready to accept connections/i.test(await server.line()));
  return socket;
}
