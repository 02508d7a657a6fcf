/** Names of the function's variables. */
export const MIGRATION_VARIABLES = {
  clusterArn: 'CLUSTER_ARN',
  databaseName: 'DATABASE_NAME',
  masterSecretArn: 'MASTER_SECRET_ARN',
  serviceSecretArn: 'SERVICE_SECRET_ARN',
} as const;

export type MigrationEnvironment = Readonly<Record<keyof typeof MIGRATION_VARIABLES, string>>;

/** @throws Error that names every variable that is missing */
export function parseEnvironment(variables: Readonly<Record<string, string | undefined>>): MigrationEnvironment {
  const missing = Object.values(MIGRATION_VARIABLES).filter((name) => (variables[name] ?? '') === '');
  if (missing.length > 0) {
    throw new Error(`environment: ${missing.join(', ')} missing. Deploy compute again.`);
  }
  const values = Object.entries(MIGRATION_VARIABLES).map(([key, name]) => [key, variables[name]]);
  return Object.fromEntries(values) as MigrationEnvironment;
}
