import { SqlStore } from "./sql.js";
import type { WebhookStore } from "./store.js";

/** What is needed of a database: `node:sqlite` and `bun:sqlite` have it. */
export interface SqliteDatabase {
  prepare(statement: string): { all(...values: (string | number | null)[]): unknown[] };
}

interface SqliteModule {
  DatabaseSync: new (path: string) => SqliteDatabase;
}

/**
 * A store in a SQLite file, durable before the API gets its answer; several processes on one machine may share it.
 *
 * @param database the path of the file (Node 22.5 or newer, Deno 2.2 or newer), or an open database.
 */
export function sqliteStore(database: string | SqliteDatabase): WebhookStore {
  const opened = typeof database === "string" ? open(database) : database;
  const statements = new Map<string, ReturnType<SqliteDatabase["prepare"]>>();
  return new SqlStore((text, ...values) => {
    const statement = statements.get(text) ?? opened.prepare(text);
    statements.set(text, statement);
    return statement.all(...values);
  });
}

function open(path: string): SqliteDatabase {
  const database = new (sqliteModule().DatabaseSync)(path);
  for (const setting of ["journal_mode = WAL", "synchronous = FULL", "busy_timeout = 5000"]) {
    database.prepare(`PRAGMA ${setting}`).all();
  }
  return database;
}

/** Loaded when asked for, so that everything else works where it does not exist. */
function sqliteModule(): SqliteModule {
  const load = (globalThis.process as { getBuiltinModule?(name: string): unknown } | undefined)?.getBuiltinModule;
  const module = load?.("node:sqlite") as SqliteModule | undefined;
  if (module) return module;
  throw new Error(
    "this runtime has no `node:sqlite` (Node has it from 22.5 on): pass an open database instead of a path",
  );
}
