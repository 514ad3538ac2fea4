import type { Claim, ClaimOptions, PendingNotification, WebhookStore } from "./store.js";

/** A connected client of the package `redis` (4 or newer). */
export interface NodeRedis {
  readonly isOpen: boolean;
  eval(script: string, options: { keys: string[]; arguments: string[] }): Promise<unknown>;
}

/** A client of the package `ioredis`. */
export interface IoRedis {
  readonly status: string;
  eval(script: string, keyCount: number, ...keysAndArguments: string[]): Promise<unknown>;
}

export interface RedisStoreOptions {
  /** What the keys begin with, `{optidash}:webhook:` when left out. In a cluster it needs the braces: one script, one slot. */
  prefix?: string;
}

/**
 * A store in Redis 6 or newer, for any number of processes and machines. Each step is one script, hence atomic.
 *
 * It is as durable as that Redis is: `appendfsync always` writes before it answers, `everysec` may lose a second.
 */
export function redisStore(client: NodeRedis | IoRedis, { prefix = "{optidash}:webhook:" }: RedisStoreOptions = {}) {
  return new RedisStore(evaluator(client), prefix) as WebhookStore;
}

type Evaluate = (script: string, keys: string[], values: (string | number)[]) => Promise<unknown>;

function evaluator(client: NodeRedis | IoRedis): Evaluate {
  if ("isOpen" in client) {
    return (script, keys, values) => client.eval(script, { keys, arguments: values.map(String) });
  }
  return (script, keys, values) => client.eval(script, keys.length, ...keys, ...values.map(String));
}

const EXPECT = `
redis.call('HSET', KEYS[1], 'context', ARGV[1])
if redis.call('HEXISTS', KEYS[1], 'state') == 0 then
  redis.call('HSET', KEYS[1], 'state', 'expected')
  redis.call('PEXPIREAT', KEYS[1], ARGV[2])
end`;

const CLAIM = `
local state = redis.call('HGET', KEYS[1], 'state')
local context = redis.call('HGET', KEYS[1], 'context')
local owner = redis.call('HGET', KEYS[1], 'owner')
local free = not state or state == 'expected' or (state == 'claimed' and owner == ARGV[5] and ARGV[5] ~= '')
if free then
  redis.call('HSET', KEYS[1], 'state', 'claimed', 'notification', ARGV[2], 'owner', ARGV[5])
  redis.call('PEXPIREAT', KEYS[1], ARGV[4])
  redis.call('ZADD', KEYS[2], ARGV[3], ARGV[1])
end
return {free and 1 or 0, context and 1 or 0, context or ''}`;

const COMPLETE = `
redis.call('ZREM', KEYS[2], ARGV[1])
if redis.call('EXISTS', KEYS[1]) == 1 then
  redis.call('HSET', KEYS[1], 'state', 'completed')
  redis.call('HDEL', KEYS[1], 'notification')
end`;

const RELEASE = `
if redis.call('HGET', KEYS[1], 'state') ~= 'claimed' then return end
redis.call('ZREM', KEYS[2], ARGV[1])
if redis.call('HEXISTS', KEYS[1], 'context') == 0 then
  redis.call('DEL', KEYS[1])
else
  redis.call('HSET', KEYS[1], 'state', 'expected')
  redis.call('HDEL', KEYS[1], 'notification', 'owner')
end`;

const PENDING = `
local found = {}
for _, id in ipairs(redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', ARGV[1])) do
  local entry = redis.call('HMGET', ARGV[3] .. id, 'notification', 'context')
  if entry[1] then
    redis.call('ZADD', KEYS[1], ARGV[2], id)
    table.insert(found, {id, entry[1], entry[2] and 1 or 0, entry[2] or ''})
  else
    redis.call('ZREM', KEYS[1], id)
  end
end
return found`;

const BIND = `
if redis.call('SETNX', KEYS[1], ARGV[1]) == 1 then redis.call('PEXPIREAT', KEYS[1], ARGV[2]) end
return redis.call('GET', KEYS[1])`;

class RedisStore implements WebhookStore {
  readonly #evaluate: Evaluate;
  readonly #prefix: string;

  constructor(evaluate: Evaluate, prefix: string) {
    this.#evaluate = evaluate;
    this.#prefix = prefix;
  }

  async expect(id: string, context: string, expires: number): Promise<void> {
    await this.#evaluate(EXPECT, [this.#entry(id)], [context, expires]);
  }

  async claim(id: string, notification: string, { now, expires, owner }: ClaimOptions): Promise<Claim> {
    const values = [id, notification, now, expires, owner ?? ""];
    const answer = await this.#evaluate(CLAIM, [this.#entry(id), this.#pending], values);
    const [claimed, isExpected, context] = answer as [number, number, string];
    return { claimed: claimed === 1, context: isExpected === 1 ? context : null };
  }

  async complete(id: string): Promise<void> {
    await this.#evaluate(COMPLETE, [this.#entry(id), this.#pending], [id]);
  }

  async release(id: string): Promise<void> {
    await this.#evaluate(RELEASE, [this.#entry(id), this.#pending], [id]);
  }

  async pending(before: number, now: number): Promise<PendingNotification[]> {
    const answer = await this.#evaluate(PENDING, [this.#pending], [before, now, this.#entry("")]);
    const found = answer as [string, string, number, string][];
    return found.map(([id, notification, isExpected, context]) => {
      return { id, notification, context: isExpected === 1 ? context : null };
    });
  }

  async bind(nonce: string, id: string, expires: number): Promise<string> {
    return (await this.#evaluate(BIND, [`${this.#prefix}nonce:${nonce}`], [id, expires])) as string;
  }

  get #pending(): string {
    return `${this.#prefix}pending`;
  }

  #entry(id: string): string {
    return `${this.#prefix}id:${id}`;
  }
}
