import type { AdmittedWrite } from '@dr/control-table';
import type { ClientConfig } from 'pg';
import { CanaryDatabase } from './canary-database';
import { parseEnvironment } from './parse-environment';

const ADMITTED: AdmittedWrite = { epoch: 4, remainingMs: 5_000, signal: new AbortController().signal };

/** A database whose statements are noted, and which may refuse to be connected to. */
function databaseThat(refuses?: { readonly code: string }) {
  const opened: ClientConfig[] = [];
  const said: string[] = [];
  let ended = 0;
  const migrate = jest.fn(async () => undefined);
  const credentials = jest.fn(async () => ({ user: 'trade_service', password: 'hunter2-hunter2' }));
  const database = new CanaryDatabase({
    region: 'us-east-1',
    server: { port: 5432, database: 'trading' },
    writerHost: 'writer.example',
    readerHost: 'reader.example',
    credentials,
    migrate,
    open: (config) => {
      opened.push(config);
      return {
        connect: async () => {
          if (refuses !== undefined) throw Object.assign(new Error('refused'), refuses);
        },
        query: async (text, values) => {
          said.push(values === undefined ? text : `${text} [${values.join(', ')}]`);
          if (text.startsWith('SELECT floor'))
            return { rows: values?.[0] === 'us-west-2' ? [{ written_at_ms: 1_700 }] : [] };
          return { rows: [{ now_ms: 0, written_at_ms: 1_780 }] };
        },
        end: async () => void ended++,
      };
    },
  });
  return { database, opened, said, migrate, credentials, ended: () => ended };
}

describe("the canary's write", () => {
  it('is one fenced transaction, by a connection of its own with TLS as the role of the service', async () => {
    const { database, ended, opened, said } = databaseThat();

    expect([await database.write(ADMITTED), await database.write(ADMITTED)]).toEqual([1_780, 1_780]);
    expect(opened).toHaveLength(2);
    expect(opened[0]).toMatchObject({ host: 'writer.example', ssl: true, user: 'trade_service' });
    expect(said.slice(0, said.length / 2)).toEqual([
      'BEGIN',
      expect.stringContaining('clock_timestamp()'),
      expect.stringMatching(/^INSERT INTO write_canary .* \[us-east-1, 4\]$/),
      expect.stringMatching(/COMMIT$/),
    ]);
    expect(ended()).toBe(2);
  });

  it('reads the secret once', async () => {
    const { credentials, database } = databaseThat();

    await database.write(ADMITTED);
    await database.write(ADMITTED);

    expect(credentials).toHaveBeenCalledTimes(1);
  });

  it.each(['25006', '53300', '57P03', 'ECONNREFUSED'])('throws what the server refuses with: %s', async (code) => {
    const { database, ended, migrate } = databaseThat({ code });

    await expect(database.write(ADMITTED)).rejects.toMatchObject({ code });
    expect(migrate).not.toHaveBeenCalled();
    expect(ended()).toBe(1);
  });

  it.each(['28P01', '42P01', '42501'])(
    'has the migration run, and reads the secret anew, where the role or the table is missing: %s',
    async (code) => {
      const { credentials, database, migrate } = databaseThat({ code });

      await expect(database.write(ADMITTED)).rejects.toMatchObject({ name: 'NotMigratedError' });
      await expect(database.write(ADMITTED)).rejects.toMatchObject({ name: 'NotMigratedError' });

      expect(migrate).toHaveBeenCalledTimes(2);
      expect(credentials).toHaveBeenCalledTimes(2);
    },
  );
});

describe("what another region's canary wrote", () => {
  it('is read at the reader endpoint, which follows, without a transaction of its own', async () => {
    const { database, ended, opened, said } = databaseThat();

    expect([await database.read('us-west-2'), await database.read('us-east-1')]).toEqual([1_700, null]);
    expect(opened[0]).toMatchObject({ host: 'reader.example', ssl: true, user: 'trade_service' });
    expect(said).toEqual([
      expect.stringMatching(/^SELECT floor.* FROM write_canary WHERE region = \$1 \[us-west-2\]$/),
      expect.stringContaining('[us-east-1]'),
    ]);
    expect(ended()).toBe(2);
  });
});

describe("another region's canary where the role or the table has not arrived", () => {
  it('is not known, and the migration is left to the region that writes', async () => {
    const { database, migrate } = databaseThat({ code: '42P01' });

    await expect(database.read('us-west-2')).rejects.toMatchObject({ name: 'NotMigratedError' });
    expect(migrate).not.toHaveBeenCalled();
  });

  it('throws where the database cannot be asked', async () => {
    await expect(databaseThat({ code: 'ECONNREFUSED' }).database.read('us-west-2')).rejects.toMatchObject({
      code: 'ECONNREFUSED',
    });
  });
});

describe("the canary's environment", () => {
  const variables = {
    AWS_REGION: 'us-east-1',
    DATABASE_HOST: 'writer.example',
    DATABASE_READER_HOST: 'reader.example',
    DATABASE_PORT: '5432',
    DATABASE_NAME: 'trading',
    DATABASE_SECRET_ARN: 'arn:service',
    MIGRATION_FUNCTION_NAME: 'dr-test-database-migration',
    CONTROL_TABLE_NAME: 'dr-test-control',
    PRIMARY_REGION: 'us-east-1',
    STANDBY_REGION: 'us-west-2',
    WRITE_FENCING: '{"permitLeaseMs":6000,"inFlightMs":5000,"clockRateDriftPpm":2000}',
  };

  it('says where it writes, and as whom', () => {
    expect(parseEnvironment(variables)).toMatchObject({
      region: 'us-east-1',
      databasePort: 5432,
      secretArn: 'arn:service',
      fencing: { permitLeaseMs: 6_000, inFlightMs: 5_000, clockRateDriftPpm: 2_000 },
    });
  });

  it('is refused with everything that is missing or wrong', () => {
    const wrong = { ...variables, DATABASE_HOST: '', DATABASE_PORT: 'five', WRITE_FENCING: '{"permitLeaseMs":"6"}' };

    expect(() => parseEnvironment(wrong)).toThrow(
      'write-canary: DATABASE_HOST is missing; DATABASE_PORT is five, expected a port from 1 to 65535; WRITE_FENCING is no JSON with permitLeaseMs, inFlightMs and clockRateDriftPpm. Deploy compute again.',
    );
  });
});
