/**
 * Names that no database of the service can have: the words that PostgreSQL 16 reserves [pg_get_keywords(), categories R
 * and T], which RDS refuses [RDS API, CreateDBCluster: DatabaseName], the databases that every cluster has, and
 * `database`, which RDS refuses although PostgreSQL does not reserve it.
 */
export const RESERVED_DATABASE_NAMES: ReadonlySet<string> = new Set([
  ...['database', 'postgres', 'rdsadmin', 'template0', 'template1'],
  ...`
    all analyse analyze and any array as asc asymmetric authorization binary both case cast check collate collation column
    concurrently constraint create cross current_catalog current_date current_role current_schema current_time
    current_timestamp current_user default deferrable desc distinct do else end except false fetch for foreign freeze from
    full grant group having ilike in initially inner intersect into is isnull join lateral leading left like limit localtime
    localtimestamp natural not notnull null offset on only or order outer overlaps placing primary references returning
    right select session_user similar some symmetric system_user table tablesample then to trailing true union unique user
    using variadic verbose when where window with
  `
    .trim()
    .split(/\s+/),
]);
