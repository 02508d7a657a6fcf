/** Settings of the function, from its environment variables. */
export interface HealthCheckEnvironment {
  readonly region: string;
  readonly primaryRegion: string;
  readonly standbyRegion: string;
  readonly controlTableName: string;
  readonly databaseHost: string;
  readonly databasePort: number;
}

const NAMES = {
  region: 'AWS_REGION',
  primaryRegion: 'PRIMARY_REGION',
  standbyRegion: 'STANDBY_REGION',
  controlTableName: 'CONTROL_TABLE_NAME',
  databaseHost: 'DATABASE_HOST',
  databasePort: 'DATABASE_PORT',
} as const satisfies Record<keyof HealthCheckEnvironment, string>;

/** @throws Error that names every variable that is missing or wrong */
export function parseEnvironment(variables: Readonly<Record<string, string | undefined>>): HealthCheckEnvironment {
  const problems = Object.values(NAMES)
    .filter((name) => !variables[name])
    .map((name) => `${name} is missing`);
  const port = Number(variables[NAMES.databasePort]);
  if (variables[NAMES.databasePort] && !(Number.isInteger(port) && port >= 1 && port <= 65_535)) {
    problems.push(`${NAMES.databasePort} is ${variables[NAMES.databasePort]}, expected a port from 1 to 65535`);
  }
  if (problems.length > 0) throw new Error(`health-check: ${problems.join('; ')}. Deploy compute again.`);
  const text = (name: string) => variables[name] ?? '';
  return {
    region: text(NAMES.region),
    primaryRegion: text(NAMES.primaryRegion),
    standbyRegion: text(NAMES.standbyRegion),
    controlTableName: text(NAMES.controlTableName),
    databaseHost: text(NAMES.databaseHost),
    databasePort: port,
  };
}
