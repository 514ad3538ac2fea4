// Loaded before a program of the documentation: whatever it listens on becomes a free port of this machine, and is told.
import { Server } from "node:net";

const { listen } = Server.prototype;
Server.prototype.listen = function (...words) {
  const last = words.at(-1);
  this.once("listening", () => console.log(this.address().port));
  return listen.call(this, { port: 0, host: "127.0.0.1" }, typeof last === "function" ? last : undefined);
};
