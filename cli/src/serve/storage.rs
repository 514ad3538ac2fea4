//! What outlives the process: accepted webhooks, their history, outputs, the clock and the number of calls.

use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use bytes::Bytes;
use rusqlite::{Connection, OptionalExtension as _, Row, Transaction, params};
use uuid::Uuid;

use super::clock::{DAY, Milliseconds};

/// What each version of the database adds to the one before; the version is how many there are.
const MIGRATIONS: [&str; 2] = [FIRST_SCHEMA, KEYS_SCHEMA];

const FIRST_SCHEMA: &str = "
    CREATE TABLE settings (name TEXT PRIMARY KEY, value INTEGER NOT NULL) STRICT;
    CREATE TABLE webhooks (
        sequence INTEGER PRIMARY KEY,
        id TEXT NOT NULL UNIQUE,
        status TEXT NOT NULL,
        created_at INTEGER NOT NULL,
        scheduled_at INTEGER,
        due_at INTEGER,
        dispatched_at INTEGER,
        finished_at INTEGER,
        endpoint TEXT NOT NULL,
        delay INTEGER NOT NULL,
        job TEXT,
        image BLOB,
        payload TEXT,
        response_code INTEGER,
        failure TEXT
    ) STRICT;
    CREATE INDEX webhooks_by_status ON webhooks (status, due_at);
    CREATE INDEX webhooks_by_time ON webhooks (created_at);
    CREATE TABLE outputs (
        id TEXT PRIMARY KEY,
        name TEXT NOT NULL,
        format TEXT NOT NULL,
        expires_at INTEGER NOT NULL,
        bytes BLOB NOT NULL
    ) STRICT;
";

const KEYS_SCHEMA: &str = "
    CREATE TABLE keys (digest BLOB PRIMARY KEY, name TEXT NOT NULL UNIQUE) STRICT, WITHOUT ROWID;
";

const CLOCK_OFFSET: &str = "clock_offset";
const CALLS: &str = "calls";

/// A request that was accepted and has not been processed.
#[derive(Debug)]
pub(crate) struct Accepted {
    pub(crate) id: Uuid,
    pub(crate) endpoint: String,
    pub(crate) delay: Milliseconds,
    /// The job as JSON, without the bytes of an upload.
    pub(crate) job: String,
    /// The bytes of an upload.
    pub(crate) image: Option<Vec<u8>>,
}

/// A notification that is due.
#[derive(Debug)]
pub(crate) struct Due {
    pub(crate) id: Uuid,
    pub(crate) endpoint: String,
    pub(crate) payload: String,
}

/// An output image in temporary storage.
#[derive(Debug, Clone)]
pub(crate) struct Output {
    pub(crate) id: Uuid,
    pub(crate) name: String,
    /// As in the metadata, such as `JPEG`.
    pub(crate) format: String,
    pub(crate) bytes: Bytes,
}

/// A webhook as its history knows it.
#[derive(Debug)]
pub(crate) struct Webhook {
    pub(crate) id: String,
    pub(crate) status: String,
    pub(crate) created_at: Milliseconds,
    pub(crate) scheduled_at: Option<Milliseconds>,
    pub(crate) due_at: Option<Milliseconds>,
    pub(crate) dispatched_at: Option<Milliseconds>,
    pub(crate) finished_at: Option<Milliseconds>,
    pub(crate) endpoint: String,
    pub(crate) delay: Milliseconds,
    pub(crate) payload: Option<String>,
    pub(crate) response_code: Option<u16>,
    pub(crate) failure: Option<String>,
}

/// Which webhooks a query asks for.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Filter {
    pub(crate) statuses: Vec<String>,
    pub(crate) start: Option<Milliseconds>,
    pub(crate) end: Option<Milliseconds>,
    pub(crate) offset: i64,
    pub(crate) limit: i64,
}

/// The database of one data directory. Cloning shares it.
#[derive(Debug, Clone)]
pub(crate) struct Storage {
    connection: Arc<Mutex<Connection>>,
}

impl Storage {
    /// Opens or makes the database of a directory, for this process alone.
    pub(crate) fn open(directory: &Path) -> Result<Self, String> {
        let unusable = |error: &dyn std::fmt::Display| format!("the data directory {}: {error}", directory.display());
        make_private_directory(directory).map_err(|error| unusable(&error))?;
        let connection =
            connect(&directory.join("optidash.sqlite")).map_err(|error| match error.sqlite_error_code() {
                Some(rusqlite::ErrorCode::DatabaseBusy) => {
                    unusable(&"another `optidash serve` is using it; stop that one or choose another with --data")
                }
                _ => unusable(&error),
            })?;
        let version = schema_version(&connection).map_err(|error| unusable(&error))?;
        if version != MIGRATIONS.len() {
            return Err(unusable(&"it was made by another version of this command; choose another with --data"));
        }
        Ok(Self { connection: Arc::new(Mutex::new(connection)) })
    }

    /// Runs a transaction on a thread that may wait for the disk.
    pub(crate) async fn transaction<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Transaction<'_>) -> rusqlite::Result<T> + Send + 'static,
    ) -> rusqlite::Result<T> {
        let connection = Arc::clone(&self.connection);
        let task = tokio::task::spawn_blocking(move || {
            let mut connection = connection.lock().unwrap_or_else(PoisonError::into_inner);
            let transaction = connection.transaction()?;
            let value = work(&transaction)?;
            transaction.commit()?;
            Ok(value)
        });
        // A task ends without a value only when the process is going down.
        task.await.unwrap_or(Err(rusqlite::Error::InvalidQuery))
    }
}

fn connect(file: &Path) -> rusqlite::Result<Connection> {
    let connection = Connection::open(file)?;
    // Exclusive, so that no second server delivers the same notifications; the lock ends with the process, however it ends.
    connection.pragma_update(None, "locking_mode", "EXCLUSIVE")?;
    connection.pragma_update(None, "journal_mode", "WAL")?;
    // A commit has to be on disk when it returns: 202 is a promise.
    connection.pragma_update(None, "synchronous", "FULL")?;
    connection.pragma_update(None, "secure_delete", "ON")?;
    for (version, migration) in (1..).zip(MIGRATIONS).skip(schema_version(&connection)?) {
        connection.execute_batch(&format!("BEGIN; {migration} PRAGMA user_version = {version}; COMMIT;"))?;
    }
    Ok(connection)
}

fn schema_version(connection: &Connection) -> rusqlite::Result<usize> {
    let version = connection.pragma_query_value(None, "user_version", |row| row.get::<_, u32>(0))?;
    Ok(usize::try_from(version).unwrap_or(usize::MAX))
}

// Endpoint passwords lie in there.
fn make_private_directory(directory: &Path) -> std::io::Result<()> {
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(directory)
}

fn setting(transaction: &Transaction<'_>, name: &str) -> rusqlite::Result<i64> {
    let value = transaction.query_row("SELECT value FROM settings WHERE name = ?1", [name], |row| row.get(0));
    Ok(value.optional()?.unwrap_or_default())
}

fn set(transaction: &Transaction<'_>, name: &str, value: i64) -> rusqlite::Result<()> {
    transaction.execute("INSERT OR REPLACE INTO settings (name, value) VALUES (?1, ?2)", params![name, value])?;
    Ok(())
}

pub(crate) fn clock_offset(transaction: &Transaction<'_>) -> rusqlite::Result<Milliseconds> {
    setting(transaction, CLOCK_OFFSET)
}

pub(crate) fn set_clock_offset(transaction: &Transaction<'_>, offset: Milliseconds) -> rusqlite::Result<()> {
    set(transaction, CLOCK_OFFSET, offset)
}

/// The number of calls that counted against the quota.
pub(crate) fn calls(transaction: &Transaction<'_>) -> rusqlite::Result<i64> {
    setting(transaction, CALLS)
}

pub(crate) fn count_call(transaction: &Transaction<'_>) -> rusqlite::Result<()> {
    let calls = setting(transaction, CALLS)?;
    set(transaction, CALLS, calls.saturating_add(1))
}

/// How naming a key went.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Named {
    Done,
    /// There is no such key.
    Missing,
    /// Another key has the name.
    Taken,
}

/// The number of keys that have been made.
pub(crate) fn keys(transaction: &Transaction<'_>) -> rusqlite::Result<i64> {
    transaction.query_row("SELECT COUNT(*) FROM keys", [], |row| row.get(0))
}

/// Whether a key has been made.
pub(crate) fn is_key(transaction: &Transaction<'_>, digest: &[u8]) -> rusqlite::Result<bool> {
    transaction.prepare_cached("SELECT 1 FROM keys WHERE digest = ?1")?.exists([digest])
}

pub(crate) fn keep_key(transaction: &Transaction<'_>, digest: &[u8], name: &str) -> rusqlite::Result<Named> {
    let kept = transaction.execute(
        "INSERT INTO keys (digest, name) VALUES (?1, ?2) ON CONFLICT (name) DO NOTHING",
        params![digest, name],
    )?;
    Ok(if kept == 1 { Named::Done } else { Named::Taken })
}

pub(crate) fn rename_key(transaction: &Transaction<'_>, digest: &[u8], name: &str) -> rusqlite::Result<Named> {
    if !is_key(transaction, digest)? {
        return Ok(Named::Missing);
    }
    let renamed =
        transaction.execute("UPDATE OR IGNORE keys SET name = ?2 WHERE digest = ?1", params![digest, name])?;
    Ok(if renamed == 1 { Named::Done } else { Named::Taken })
}

/// Keeps a request so that it is processed and its notification sent whatever happens next.
pub(crate) fn accept(transaction: &Transaction<'_>, accepted: &Accepted, now: Milliseconds) -> rusqlite::Result<()> {
    transaction.execute(
        "INSERT INTO webhooks (id, status, created_at, endpoint, delay, job, image)
         VALUES (?1, 'created', ?2, ?3, ?4, ?5, ?6)",
        params![
            accepted.id.to_string(),
            now,
            accepted.endpoint,
            accepted.delay,
            accepted.job,
            accepted.image.as_deref()
        ],
    )?;
    Ok(())
}

/// The ids of the oldest requests that wait for processing.
pub(crate) fn unprocessed(transaction: &Transaction<'_>, limit: usize) -> rusqlite::Result<Vec<Uuid>> {
    let mut statement =
        transaction.prepare_cached("SELECT id FROM webhooks WHERE status = 'created' ORDER BY sequence LIMIT ?1")?;
    let rows = statement.query_map([i64::try_from(limit).unwrap_or(i64::MAX)], |row| row.get::<_, String>(0))?;
    rows.map(|id| id.and_then(|id| parse_id(&id))).collect()
}

/// A request that waits for processing.
pub(crate) fn accepted(transaction: &Transaction<'_>, id: Uuid) -> rusqlite::Result<Accepted> {
    transaction.query_row(
        "SELECT endpoint, delay, job, image FROM webhooks WHERE id = ?1 AND status = 'created'",
        [id.to_string()],
        |row| Ok(Accepted { id, endpoint: row.get(0)?, delay: row.get(1)?, job: row.get(2)?, image: row.get(3)? }),
    )
}

/// Notes that a request has been processed: what its notification says and when it is due.
pub(crate) fn schedule(
    transaction: &Transaction<'_>,
    id: Uuid,
    payload: &str,
    now: Milliseconds,
) -> rusqlite::Result<()> {
    transaction.execute(
        "UPDATE webhooks SET status = 'scheduled', scheduled_at = ?2, due_at = ?2 + delay, payload = ?3,
         job = NULL, image = NULL WHERE id = ?1 AND status = 'created'",
        params![id.to_string(), now, payload],
    )?;
    Ok(())
}

/// Makes what was being sent when the process ended due again: it may not have arrived.
pub(crate) fn resume(transaction: &Transaction<'_>) -> rusqlite::Result<usize> {
    transaction.execute("UPDATE webhooks SET status = 'scheduled' WHERE status = 'dispatched'", [])
}

/// Takes the notification that has been due longest, if any is, and marks it as being sent.
pub(crate) fn dispatch(transaction: &Transaction<'_>, now: Milliseconds) -> rusqlite::Result<Option<Due>> {
    let mut statement = transaction.prepare_cached(
        "UPDATE webhooks SET status = 'dispatched', dispatched_at = ?1 WHERE sequence = (
             SELECT sequence FROM webhooks WHERE status = 'scheduled' AND due_at <= ?1 ORDER BY due_at, sequence LIMIT 1
         ) RETURNING id, endpoint, payload",
    )?;
    let due = statement.query_row([now], |row| {
        Ok(Due { id: parse_id(&row.get::<_, String>(0)?)?, endpoint: row.get(1)?, payload: row.get(2)? })
    });
    due.optional()
}

/// When the next notification is due.
pub(crate) fn next_due(transaction: &Transaction<'_>) -> rusqlite::Result<Option<Milliseconds>> {
    transaction.query_row("SELECT MIN(due_at) FROM webhooks WHERE status = 'scheduled'", [], |row| row.get(0))
}

/// Notes how a notification fared, and forgets the endpoint's password.
pub(crate) fn finish(
    transaction: &Transaction<'_>,
    id: Uuid,
    endpoint: &str,
    response_code: Option<u16>,
    failure: Option<&str>,
    now: Milliseconds,
) -> rusqlite::Result<()> {
    let status = if failure.is_some() { "failed" } else { "delivered" };
    transaction.execute(
        "UPDATE webhooks SET status = ?2, endpoint = ?3, response_code = ?4, failure = ?5, finished_at = ?6 WHERE id = ?1",
        params![id.to_string(), status, endpoint, response_code, failure, now],
    )?;
    Ok(())
}

/// Forgets outputs that have expired and webhooks whose history has been kept long enough.
pub(crate) fn purge(transaction: &Transaction<'_>, now: Milliseconds, history_days: i64) -> rusqlite::Result<()> {
    let oldest = now.saturating_sub(history_days.saturating_mul(DAY));
    transaction
        .execute("DELETE FROM webhooks WHERE status IN ('delivered', 'failed') AND finished_at <= ?1", [oldest])?;
    transaction.execute("DELETE FROM outputs WHERE expires_at <= ?1", [now])?;
    Ok(())
}

/// When [`purge`] next has something to do.
pub(crate) fn next_purge(transaction: &Transaction<'_>, history_days: i64) -> rusqlite::Result<Option<Milliseconds>> {
    transaction.query_row(
        "SELECT MIN(at) FROM (
             SELECT MIN(finished_at) + ?1 AS at FROM webhooks WHERE status IN ('delivered', 'failed')
             UNION ALL SELECT MIN(expires_at) FROM outputs)",
        [history_days.saturating_mul(DAY)],
        |row| row.get(0),
    )
}

/// Puts an output into temporary storage.
pub(crate) fn keep_output(
    transaction: &Transaction<'_>,
    output: &Output,
    expires_at: Milliseconds,
) -> rusqlite::Result<()> {
    transaction.execute(
        "INSERT INTO outputs (id, name, format, expires_at, bytes) VALUES (?1, ?2, ?3, ?4, ?5)",
        params![output.id.to_string(), output.name, output.format, expires_at, &output.bytes[..]],
    )?;
    Ok(())
}

pub(crate) fn output(transaction: &Transaction<'_>, id: Uuid, now: Milliseconds) -> rusqlite::Result<Option<Output>> {
    let output = transaction.query_row(
        "SELECT name, format, bytes FROM outputs WHERE id = ?1 AND expires_at > ?2",
        params![id.to_string(), now],
        |row| {
            let bytes = Bytes::from(row.get::<_, Vec<u8>>(2)?);
            Ok(Output { id, name: row.get(0)?, format: row.get(1)?, bytes })
        },
    );
    output.optional()
}

const WEBHOOK_COLUMNS: &str = "id, status, created_at, scheduled_at, due_at, dispatched_at, finished_at, endpoint, delay, \
     payload, response_code, failure";

fn webhook_of(row: &Row<'_>) -> rusqlite::Result<Webhook> {
    Ok(Webhook {
        id: row.get(0)?,
        status: row.get(1)?,
        created_at: row.get(2)?,
        scheduled_at: row.get(3)?,
        due_at: row.get(4)?,
        dispatched_at: row.get(5)?,
        finished_at: row.get(6)?,
        endpoint: row.get(7)?,
        delay: row.get(8)?,
        payload: row.get(9)?,
        response_code: row.get(10)?,
        failure: row.get(11)?,
    })
}

pub(crate) fn webhook(transaction: &Transaction<'_>, id: Uuid) -> rusqlite::Result<Option<Webhook>> {
    let query = format!("SELECT {WEBHOOK_COLUMNS} FROM webhooks WHERE id = ?1");
    transaction.query_row(&query, [id.to_string()], webhook_of).optional()
}

/// The webhooks that a filter lets through, most recent first, and how many there are without `offset` and `limit`.
pub(crate) fn webhooks(transaction: &Transaction<'_>, filter: &Filter) -> rusqlite::Result<(Vec<Webhook>, i64)> {
    let statuses = serde_json::to_string(&filter.statuses).unwrap_or_default();
    let start = filter.start.unwrap_or(i64::MIN);
    let end = filter.end.unwrap_or(i64::MAX);
    let condition = "(?1 = '[]' OR status IN (SELECT value FROM json_each(?1))) AND created_at BETWEEN ?2 AND ?3";
    let total = transaction.query_row(
        &format!("SELECT COUNT(*) FROM webhooks WHERE {condition}"),
        params![statuses, start, end],
        |row| row.get(0),
    )?;
    let mut statement = transaction.prepare(&format!(
        "SELECT {WEBHOOK_COLUMNS} FROM webhooks WHERE {condition} ORDER BY created_at DESC, sequence DESC LIMIT ?4 OFFSET ?5"
    ))?;
    let rows = statement.query_map(params![statuses, start, end, filter.limit, filter.offset], webhook_of)?;
    Ok((rows.collect::<rusqlite::Result<_>>()?, total))
}

fn parse_id(text: &str) -> rusqlite::Result<Uuid> {
    text.parse().map_err(|_| rusqlite::Error::InvalidQuery)
}
