import type { EnvironmentSettings } from './environment';
import { local } from './environments/local';
import { parseEnvironment } from './parse-environment';

type Changes = { [Key in keyof EnvironmentSettings]?: unknown };

function problemsOf(changes: Changes): string[] {
  try {
    parseEnvironment('settings.ts', { ...local, ...changes });
  } catch (error) {
    return (error as Error).message.split('\n');
  }
  return [];
}

describe('parseEnvironment', () => {
  it('refuses a standby in the primary region', () => {
    const { primary, standby } = local.regions;

    expect(problemsOf({ regions: { ...local.regions, standby: { ...standby, name: primary.name } } })).toEqual([
      'settings.ts: regions.standby.name is "us-east-1", expected a region other than the primary. Correct it there and run again.',
    ]);
  });

  it('refuses a witness that serves', () => {
    expect(problemsOf({ regions: { ...local.regions, witness: 'us-west-2' } })).toEqual([
      'settings.ts: regions.witness is "us-west-2", expected a region other than the primary and the standby. Correct it there and run again.',
    ]);
  });

  it('refuses regions that cannot have one strongly consistent table', () => {
    expect(problemsOf({ regions: { ...local.regions, witness: 'eu-west-1' } })).toEqual([
      'settings.ts: regions.witness is "eu-west-1", expected with us-east-1 and us-west-2 a set that can have one strongly consistent table: us-east-1, us-east-2, us-west-2; or eu-central-1, eu-west-1, eu-west-2. Correct it there and run again.',
    ]);
  });

  it('refuses a second port that is the first', () => {
    expect(problemsOf({ service: { ...local.service, secondPort: 8080 } })).toEqual([
      'settings.ts: service.secondPort is 8080, expected a port other than service.port, or none. Correct it there and run again.',
    ]);
    expect(problemsOf({ service: { ...local.service, secondPort: 9090 } })).toEqual([]);
  });

  it('refuses blocks that overlap', () => {
    const standby = { name: 'us-west-2', cidrBlock: '10.10.4.0/22' };

    expect(problemsOf({ regions: { ...local.regions, standby } })).toEqual([
      'settings.ts: regions.standby.cidrBlock is "10.10.4.0/22", expected a block that does not overlap 10.10.0.0/16 of the primary. Correct it there and run again.',
    ]);
  });

  it.each(['10.10.0.0', '10.10.0.1/16', '10.10.0.0/24', '12.0.0.0/8'])('refuses the block %s', (cidrBlock) => {
    expect(problemsOf({ regions: { ...local.regions, primary: { name: 'us-east-1', cidrBlock } } })).toEqual([
      `settings.ts: regions.primary.cidrBlock is "${cidrBlock}", expected an IPv4 block in CIDR notation between /16 and /22 without host bits, such as 10.20.0.0/16. Correct it there and run again.`,
    ]);
  });

  it.each(['order', 'user', 'database', 'postgres', 'template1', 'rdsadmin'])('refuses the database %s', (name) => {
    expect(problemsOf({ database: { ...local.database, name } })).toEqual([
      `settings.ts: database.name is "${name}", expected a name that PostgreSQL and RDS do not reserve. Correct it there and run again.`,
    ]);
  });

  it.each(['orders', 'users', 'trading'])('takes the database %s', (name) => {
    expect(problemsOf({ database: { ...local.database, name } })).toEqual([]);
  });

  it('refuses more zones than a region has', () => {
    expect(problemsOf({ network: { ...local.network, zoneCount: 5 } })).toEqual([
      'settings.ts: network.zoneCount is 5, expected at most 4, the zones that us-west-2 has. Correct it there and run again.',
    ]);
  });

  it.each(['trading', 'Trading.example.com', 'trading..com', '-a.example.com', 'https://trading.example.com'])(
    'refuses the domain %s',
    (domainName) => {
      expect(problemsOf({ domainName })).toEqual([
        `settings.ts: domainName is "${domainName}", expected a lower-case domain name of at most 58 characters, such as trading.example.com. Correct it there and run again.`,
      ]);
    },
  );

  it('counts no zones of a region that there is none of', () => {
    const problems = problemsOf({
      regions: { ...local.regions, standby: { ...local.regions.standby, name: 'toString' } },
    });

    expect(problems.map((problem) => problem.split(' is ')[0])).toEqual(['settings.ts: regions.standby.name']);
  });

  it('refuses a setting that does not exist', () => {
    expect(problemsOf({ dns: { ...local.dns, ttl: 10 } })).toEqual([
      'settings.ts: dns.ttl is 10, expected no such setting. Correct it there and run again.',
    ]);
  });

  it('refuses a missing setting', () => {
    expect(problemsOf({ deletionProtection: undefined })).toEqual([
      'settings.ts: deletionProtection is missing, expected true or false. Correct it there and run again.',
    ]);
  });

  it('refuses a missing number', () => {
    const { zoneCount: _left, ...network } = local.network;

    expect(problemsOf({ network })).toEqual([
      'settings.ts: network.zoneCount is missing, expected a whole number from 2 to 6. Correct it there and run again.',
    ]);
  });

  it('reports all problems at once, those of one setting and those between settings', () => {
    expect(
      problemsOf({
        accountId: '12',
        domainName: 'nowhere',
        regions: { ...local.regions, standby: { name: 'us-east-1', cidrBlock: '10.10.0.0/20' } },
        dns: { zone: 'create', recordTtlSeconds: 0, healthCheckIntervalSeconds: 20, healthCheckFailureThreshold: 11 },
        network: { zoneCount: 2.5, natGateways: 'none', interfaceEndpoints: true },
      }).map((line) => line.split(' is ')[0]),
    ).toEqual([
      'settings.ts: accountId',
      'settings.ts: domainName',
      'settings.ts: network.zoneCount',
      'settings.ts: network.natGateways',
      'settings.ts: dns.recordTtlSeconds',
      'settings.ts: dns.healthCheckIntervalSeconds',
      'settings.ts: dns.healthCheckFailureThreshold',
      'settings.ts: regions.standby.name',
      'settings.ts: regions.standby.cidrBlock',
    ]);
  });

  it.each([
    [256, 1_536, '512, 1024, 2048'],
    [512, 8_192, '1024, 2048, 3072, 4096'],
    [512, 1_500, '1024, 2048, 3072, 4096'],
    [1_024, 1_024, '2048, 3072, 4096, 5120, 6144, 7168, 8192'],
  ])('refuses tasks of %d CPU units with %d MB, which Fargate does not offer', (cpuUnits, memoryMb, offered) => {
    expect(problemsOf({ service: { ...local.service, cpuUnits, memoryMb } })).toEqual([
      `settings.ts: service.memoryMb is ${memoryMb}, expected one of ${offered} MB. Correct it there and run again.`,
    ]);
  });

  it.each([
    [256, 512],
    [256, 2_048],
    [512, 4_096],
    [1_024, 2_048],
    [1_024, 8_192],
    [2_048, 4_096],
    [2_048, 16_384],
    [4_096, 8_192],
    [4_096, 30_720],
  ])('takes tasks of %d CPU units with %d MB', (cpuUnits, memoryMb) => {
    expect(problemsOf({ service: { ...local.service, cpuUnits, memoryMb } })).toEqual([]);
  });

  it('refuses fewer tasks at most than at least', () => {
    expect(problemsOf({ service: { ...local.service, taskCount: 5, maximumTaskCount: 4 } })).toEqual([
      'settings.ts: service.maximumTaskCount is 4, expected at least 5, the fewest tasks. Correct it there and run again.',
    ]);
  });

  it('refuses what is no e-mail address', () => {
    expect(problemsOf({ notifications: { emails: ['oncall'] } })).toEqual([
      'settings.ts: notifications.emails.0 is "oncall", expected an e-mail address such as oncall@example.com. Correct it there and run again.',
    ]);
  });
});
