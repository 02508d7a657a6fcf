import type { FencingSettings } from '@dr/recovery';

/** Settings of one task, from the variables that its task definition gives it. */
export interface ServiceEnvironment {
  readonly region: string;
  readonly port: number;
  readonly healthCheckPath: string;
  /** Time between SIGTERM and the end of accepting connections, ms: the load balancer takes it to stop sending any. */
  readonly drainMs: number;
  /** None: the task serves its health check, and answers 503 to the rest. */
  readonly database: DatabaseSettings | undefined;
  readonly fencing: FencingEnvironment | undefined;
  /** Function that makes the tables and the role that the task connects as. @default none: they are there */
  readonly migrationFunctionName: string | undefined;
}

export interface DatabaseSettings {
  readonly writerHost: string;
  readonly readerHost: string;
  readonly port: number;
  readonly name: string;
  readonly user: string;
  readonly password: string;
}

export interface FencingEnvironment {
  readonly controlTableName: string;
  readonly regions: readonly [primary: string, standby: string];
  readonly settings: FencingSettings;
}

const DATABASE_VARIABLES = [
  'DATABASE_WRITER_HOST',
  'DATABASE_READER_HOST',
  'DATABASE_NAME',
  'DATABASE_USER',
  'DATABASE_PASSWORD',
] as const;
const FENCING_VARIABLES = ['CONTROL_TABLE_NAME', 'PRIMARY_REGION', 'STANDBY_REGION', 'WRITE_FENCING'] as const;

/** @throws Error that names every variable that is wrong, and never a value */
export function parseEnvironment(variables: Readonly<Record<string, string | undefined>>): ServiceEnvironment {
  const problems: string[] = [];
  const wholeNumber = (name: string, initial: number, most: number) => {
    const text = variables[name];
    const value = text === undefined ? initial : Number(text);
    if (!Number.isInteger(value) || value < 0 || value > most) problems.push(`${name} is no number from 0 to ${most}`);
    return value;
  };
  /** All of a group, or none where none is given. */
  const group = <Name extends string>(names: readonly Name[]): Readonly<Record<Name, string>> | undefined => {
    const missing = names.filter((name) => (variables[name] ?? '') === '');
    if (missing.length === names.length) return undefined;
    problems.push(...missing.map((name) => `${name} is missing`));
    return variables as Readonly<Record<Name, string>>;
  };
  const region = variables['AWS_REGION'] ?? '';
  if (region === '') problems.push('AWS_REGION is missing');
  const port = wholeNumber('PORT', 8080, 65_535);
  const drainMs = wholeNumber('DRAIN_SECONDS', 5, 25) * 1_000;
  const databasePort = wholeNumber('DATABASE_PORT', 5432, 65_535);
  const database = group(DATABASE_VARIABLES);
  const fencing = group(FENCING_VARIABLES);
  const settings = fencing && parseFencing(fencing.WRITE_FENCING);
  if (fencing !== undefined && settings === undefined) {
    problems.push('WRITE_FENCING is no JSON with permitLeaseMs, inFlightMs and clockRateDriftPpm');
  }
  if (problems.length > 0) {
    throw new Error(`environment: ${problems.join(', ')}. Correct the task definition, and start the task again.`);
  }
  return {
    region,
    port,
    healthCheckPath: variables['HEALTH_CHECK_PATH'] ?? '/health',
    drainMs,
    database: database && {
      writerHost: database.DATABASE_WRITER_HOST,
      readerHost: database.DATABASE_READER_HOST,
      port: databasePort,
      name: database.DATABASE_NAME,
      user: database.DATABASE_USER,
      password: database.DATABASE_PASSWORD,
    },
    fencing: fencing &&
      settings && {
        controlTableName: fencing.CONTROL_TABLE_NAME,
        regions: [fencing.PRIMARY_REGION, fencing.STANDBY_REGION],
        settings,
      },
    migrationFunctionName: variables['MIGRATION_FUNCTION_NAME'],
  };
}

function parseFencing(text: string): FencingSettings | undefined {
  try {
    const { permitLeaseMs, inFlightMs, clockRateDriftPpm } = JSON.parse(text) as FencingSettings;
    const settings = { permitLeaseMs, inFlightMs, clockRateDriftPpm };
    return Object.values(settings).every((value) => Number.isFinite(value)) ? settings : undefined;
  } catch {
    return undefined;
  }
}
