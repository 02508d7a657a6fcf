/** As PostgreSQL takes a name unquoted, and no reserved word of it has such a length. */
const ROLE = /^[a-z][a-z_]{3,62}$/;
const DATABASE = /^[a-z][a-z0-9_]{0,62}$/;

export interface MigrationTarget {
  readonly databaseName: string;
  /** The service's role. */
  readonly role: string;
  /** Of its password, so that no log of the server has the password itself. */
  readonly verifier: string;
}

/**
 * The whole migration as one statement, which is all that the Data API takes at a time, and so one transaction. It may be
 * performed any number of times, by any number of callers at once: one at a time passes its lock.
 *
 * @throws Error where a name is none
 */
export function migrationStatement({ databaseName, role, verifier }: MigrationTarget): string {
  if (!ROLE.test(role))
    throw new Error('the username of the secret is no name of a role: expected small letters and _.');
  if (!DATABASE.test(databaseName)) throw new Error(`${databaseName} is no name of a database.`);
  // Written without a colon, which in the Data API begins a parameter, and without a quote or dollar sign.
  const escaped = [...verifier].map((char) => (/[A-Za-z0-9+/=-]/.test(char) ? char : escapeOf(char))).join('');
  return `DO $migration$ BEGIN
  PERFORM pg_advisory_xact_lock(hashtext('trade-service migration'));
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '${role}') THEN
    CREATE ROLE ${role} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION;
  END IF;
  ALTER ROLE ${role} PASSWORD E'${escaped}';
  CREATE TABLE IF NOT EXISTS trades (
    key text PRIMARY KEY,
    body jsonb NOT NULL,
    epoch bigint NOT NULL,
    recorded_at timestamptz NOT NULL DEFAULT now()
  );
  CREATE TABLE IF NOT EXISTS write_canary (
    region text PRIMARY KEY,
    epoch bigint NOT NULL,
    written_at timestamptz NOT NULL
  );
  GRANT CONNECT ON DATABASE ${databaseName} TO ${role};
  GRANT USAGE ON SCHEMA public TO ${role};
  GRANT SELECT, INSERT ON trades TO ${role};
  GRANT SELECT, INSERT, UPDATE ON write_canary TO ${role};
END $migration$`;
}

const escapeOf = (char: string) => `\\x${char.charCodeAt(0).toString(16).padStart(2, '0')}`;
