import { parseEnvironment } from './service-environment';

const COMPLETE = {
  AWS_REGION: 'us-east-1',
  PORT: '8080',
  HEALTH_CHECK_PATH: '/health',
  DATABASE_WRITER_HOST: 'writer.example.com',
  DATABASE_READER_HOST: 'reader.example.com',
  DATABASE_NAME: 'trading',
  DATABASE_USER: 'trade_service',
  DATABASE_PASSWORD: 'a-secret',
  CONTROL_TABLE_NAME: 'control',
  PRIMARY_REGION: 'us-east-1',
  STANDBY_REGION: 'us-west-2',
  WRITE_FENCING: '{"permitLeaseMs":6000,"inFlightMs":5000,"clockRateDriftPpm":500}',
};

it('reads all that a task definition gives', () => {
  expect(parseEnvironment({ ...COMPLETE, MIGRATION_FUNCTION_NAME: 'migrate' })).toEqual({
    region: 'us-east-1',
    port: 8080,
    healthCheckPath: '/health',
    drainMs: 5_000,
    database: {
      writerHost: 'writer.example.com',
      readerHost: 'reader.example.com',
      port: 5432,
      name: 'trading',
      user: 'trade_service',
      password: 'a-secret',
    },
    fencing: {
      controlTableName: 'control',
      regions: ['us-east-1', 'us-west-2'],
      settings: { permitLeaseMs: 6_000, inFlightMs: 5_000, clockRateDriftPpm: 500 },
    },
    migrationFunctionName: 'migrate',
  });
});

it('starts without a database, where nothing names one', () => {
  expect(parseEnvironment({ AWS_REGION: 'us-east-1' })).toMatchObject({
    database: undefined,
    fencing: undefined,
    healthCheckPath: '/health',
  });
});

it('refuses all that is wrong together, and prints no value', () => {
  const { DATABASE_PASSWORD: _password, AWS_REGION: _region, ...rest } = COMPLETE;

  expect(() => parseEnvironment({ ...rest, PORT: 'http', WRITE_FENCING: '{"permitLeaseMs":"6 s"}' })).toThrow(
    'environment: AWS_REGION is missing, PORT is no number from 0 to 65535, DATABASE_PASSWORD is missing, WRITE_FENCING is no JSON with permitLeaseMs, inFlightMs and clockRateDriftPpm. Correct the task definition, and start the task again.',
  );
});
