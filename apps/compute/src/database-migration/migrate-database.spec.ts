import type { ExecuteStatementCommand } from '@aws-sdk/client-rds-data';
import { migrateDatabase } from './migrate-database';
import { parseEnvironment } from './parse-environment';

const environment = {
  clusterArn: 'arn:aws:rds:us-east-1:000000000000:cluster:trading',
  databaseName: 'trading',
  masterSecretArn: 'arn:master',
  serviceSecretArn: 'arn:service',
};

const clients = (secret: string, answer: () => Promise<unknown> = async () => ({})) => ({
  secrets: { send: jest.fn(async () => ({ SecretString: secret })) },
  data: { send: jest.fn(answer) },
});
type Clients = Parameters<typeof migrateDatabase>[0];
const migrate = (given: ReturnType<typeof clients>) => migrateDatabase(given as unknown as Clients, environment);

const SECRET = JSON.stringify({ username: 'trade_service', password: 'hunter2-hunter2' });

it("makes the role and its tables as the master, without its password in the statement's text", async () => {
  const given = clients(SECRET);

  expect(await migrate(given)).toEqual({ migrated: true });

  const [command] = given.data.send.mock.calls[0] as unknown as [ExecuteStatementCommand];
  const { sql = '', ...target } = command.input;
  expect(target).toEqual({ resourceArn: environment.clusterArn, secretArn: 'arn:master', database: 'trading' });
  expect(sql).toContain('CREATE ROLE trade_service LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION;');
  expect(sql).toContain('GRANT SELECT, INSERT ON trades TO trade_service;');
  expect(sql).toMatch(/PASSWORD E'SCRAM-SHA-256\\x244096\\x3a[\w+/=]+\\x24[\w+/=]+\\x3a[\w+/=]+';/);
  expect(sql).not.toContain('hunter2');
});

it('takes what the writer made, in a region whose cluster is not the writer', async () => {
  const refusal = Object.assign(new Error('not the writer'), { name: 'BadRequestException' });

  expect(await migrate(clients(SECRET, () => Promise.reject(refusal)))).toEqual({
    migrated: false,
    reason: 'the cluster takes no statements here (BadRequestException)',
  });
});

it('fails for whatever else the database refuses', async () => {
  const refusal = Object.assign(new Error('permission denied'), { name: 'DatabaseErrorException' });

  await expect(migrate(clients(SECRET, () => Promise.reject(refusal)))).rejects.toThrow('permission denied');
});

it.each([
  ['{}', "the service's secret is no JSON with username and password. Deploy data again."],
  [
    JSON.stringify({ username: "x'; DROP TABLE trades; --", password: 'x' }),
    'the username of the secret is no name of a role: expected small letters and _.',
  ],
])('fails for the secret %s', async (secret, message) => {
  await expect(migrate(clients(secret))).rejects.toThrow(message);
});

it('names every variable that is missing', () => {
  expect(() => parseEnvironment({ DATABASE_NAME: 'trading', CLUSTER_ARN: 'arn' })).toThrow(
    'environment: MASTER_SECRET_ARN, SERVICE_SECRET_ARN missing. Deploy compute again.',
  );
});
