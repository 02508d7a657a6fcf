import type { FencingSettings } from '@dr/recovery';

/** Names of the function's variables. */
export const CANARY_VARIABLES = {
  region: 'AWS_REGION',
  databaseHost: 'DATABASE_HOST',
  databaseReaderHost: 'DATABASE_READER_HOST',
  databasePort: 'DATABASE_PORT',
  databaseName: 'DATABASE_NAME',
  secretArn: 'DATABASE_SECRET_ARN',
  migrationFunctionName: 'MIGRATION_FUNCTION_NAME',
  controlTableName: 'CONTROL_TABLE_NAME',
  primaryRegion: 'PRIMARY_REGION',
  standbyRegion: 'STANDBY_REGION',
  fencing: 'WRITE_FENCING',
} as const;

type Variable = keyof typeof CANARY_VARIABLES;

export type CanaryEnvironment = Readonly<Record<Exclude<Variable, 'databasePort' | 'fencing'>, string>> & {
  readonly databasePort: number;
  readonly fencing: FencingSettings;
};

/** @throws Error that names every variable that is missing or wrong */
export function parseEnvironment(variables: Readonly<Record<string, string | undefined>>): CanaryEnvironment {
  const problems = Object.values(CANARY_VARIABLES)
    .filter((name) => (variables[name] ?? '') === '')
    .map((name) => `${name} is missing`);
  const value = (variable: Variable) => variables[CANARY_VARIABLES[variable]] ?? '';
  const port = Number(value('databasePort'));
  if (value('databasePort') !== '' && !(Number.isInteger(port) && port >= 1 && port <= 65_535)) {
    problems.push(`${CANARY_VARIABLES.databasePort} is ${value('databasePort')}, expected a port from 1 to 65535`);
  }
  const fencing = parseFencing(value('fencing'));
  if (value('fencing') !== '' && fencing === undefined) {
    problems.push(`${CANARY_VARIABLES.fencing} is no JSON with permitLeaseMs, inFlightMs and clockRateDriftPpm`);
  }
  if (fencing === undefined || problems.length > 0) {
    throw new Error(`write-canary: ${problems.join('; ')}. Deploy compute again.`);
  }
  const texts = Object.entries(CANARY_VARIABLES).map(([key, name]) => [key, variables[name]]);
  return { ...(Object.fromEntries(texts) as CanaryEnvironment), databasePort: port, fencing };
}

function parseFencing(text: string): FencingSettings | undefined {
  try {
    const settings = JSON.parse(text) as FencingSettings;
    const { clockRateDriftPpm, inFlightMs, permitLeaseMs } = settings;
    return [permitLeaseMs, inFlightMs, clockRateDriftPpm].every(Number.isFinite) ? settings : undefined;
  } catch {
    return undefined;
  }
}
