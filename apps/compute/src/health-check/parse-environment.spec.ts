import { parseEnvironment } from './parse-environment';

const VARIABLES = {
  AWS_REGION: 'us-west-2',
  PRIMARY_REGION: 'us-east-1',
  STANDBY_REGION: 'us-west-2',
  CONTROL_TABLE_NAME: 'dr-test-control',
  DATABASE_HOST: 'cluster.example',
  DATABASE_PORT: '5432',
};

describe('the environment of the health check', () => {
  it('says where its probes go', () => {
    expect(parseEnvironment(VARIABLES)).toEqual({
      region: 'us-west-2',
      primaryRegion: 'us-east-1',
      standbyRegion: 'us-west-2',
      controlTableName: 'dr-test-control',
      databaseHost: 'cluster.example',
      databasePort: 5432,
    });
  });

  it('is refused with everything that is missing or wrong', () => {
    expect(() =>
      parseEnvironment({ ...VARIABLES, CONTROL_TABLE_NAME: '', DATABASE_HOST: undefined, DATABASE_PORT: 'five' }),
    ).toThrow(
      'health-check: CONTROL_TABLE_NAME is missing; DATABASE_HOST is missing; DATABASE_PORT is five, expected a port from 1 to 65535. Deploy compute again.',
    );
  });
});
