import { loadEnvironment } from '@dr/environments';
import { type AdoptOptions, parseAdoption } from './parse-adoption';

const local = loadEnvironment('local');
const settingsOf = (name: string, accountId: string) => ({
  ...local,
  ...{ name, accountId, domainName: `${name}.example.com` },
  stateBackend: { kind: 's3', bucketPrefix: `dr-${name}-tfstate-${accountId}` } as const,
});
const WORKSPACE = {
  environments: {
    'settings/test.ts': settingsOf('test', '111111111111'),
    'settings/live.ts': settingsOf('live', '222222222222'),
  },
  owned: ['orders', 'mail', 'bootstrap'],
};
const NONE: AdoptOptions = { account: [], domain: [], owner: [] };
const parse = (options: Partial<AdoptOptions>) => parseAdoption({ ...NONE, ...options }, WORKSPACE);

describe('what a company gives', () => {
  it('is the settings of every environment, the owners and the repository', () => {
    const { settings, environments, owners, repository } = parse({
      platform: 'acme',
      repository: 'acme/trading',
      account: ['live=444444444444'],
      domain: ['live=trading.acme.com', 'test=test.acme.com'],
      regions: 'eu-west-1, eu-central-1, eu-west-2',
      owner: ['orders=orders-team'],
    });
    const regions = {
      'regions.primary.name': 'eu-west-1',
      'regions.standby.name': 'eu-central-1',
      'regions.witness': 'eu-west-2',
    };

    expect(settings).toEqual({
      'settings/test.ts': {
        ...{ platform: 'acme', domainName: 'test.acme.com', ...regions },
        'stateBackend.bucketPrefix': 'acme-test-tfstate-111111111111',
      },
      'settings/live.ts': {
        ...{ platform: 'acme', accountId: '444444444444', domainName: 'trading.acme.com', ...regions },
        'stateBackend.bucketPrefix': 'acme-live-tfstate-444444444444',
      },
    });
    expect(environments['settings/live.ts']).toMatchObject({
      platform: 'acme',
      regions: { standby: { name: 'eu-central-1', cidrBlock: local.regions.standby.cidrBlock } },
    });
    expect([owners, repository]).toEqual([{ orders: 'orders-team' }, 'github:acme/trading']);
  });

  it('may be nothing, which leaves all as it is', () => {
    expect(parse({})).toMatchObject({ owners: {}, repository: undefined, environments: WORKSPACE.environments });
  });

  it('leaves a prefix of state buckets that names neither platform nor account', () => {
    const live = { ...WORKSPACE.environments['settings/live.ts'] };
    const environments = { 'live.ts': { ...live, stateBackend: { kind: 's3', bucketPrefix: 'our-states' } as const } };
    const { settings } = parseAdoption({ ...NONE, platform: 'acme' }, { ...WORKSPACE, environments });

    expect(settings['live.ts']).toEqual({ platform: 'acme', 'stateBackend.bucketPrefix': 'our-states' });
  });
});

it.each<[string, Partial<AdoptOptions>, string]>([
  [
    'an environment that there is none of',
    { account: ['liv=444444444444'] },
    '--account is liv=444444444444, expected one of test, live, and its value, as live=444444444444.',
  ],
  [
    "the tests' fixture",
    { domain: ['local=acme.com'] },
    '--domain is local=acme.com, expected one of test, live, and its value, as test=acme.com.',
  ],
  ['no value', { owner: ['mail='] }, '--owner is mail=, expected a value, as mail=<value>.'],
  [
    'a stack that there is none of',
    { owner: ['order=a-team'] },
    '--owner is order=a-team, expected one of orders, mail, bootstrap, and its value, as orders=a-team.',
  ],
  [
    'a team of another form',
    { owner: ['mail=Mail_Team'] },
    '--owner of mail is Mail_Team, expected a team in lower-case letters, such as mail-team.',
  ],
  [
    'a platform with a capital letter, once for all environments',
    { platform: 'Acme' },
    '--platform is Acme, expected 2 to 12 lower-case letters and digits, a letter first, and neither aws nor ssm in front.',
  ],
  [
    'an account of too few digits',
    { account: ['live=4444'] },
    '--account of live is 4444, expected the 12 digits of an AWS account.',
  ],
  [
    'no domain',
    { domain: ['live=acme'] },
    '--domain of live is acme, expected a lower-case domain name of at most 58 characters, such as trading.example.com.',
  ],
  [
    'two regions',
    { regions: 'eu-west-1,eu-central-1' },
    '--regions is eu-west-1,eu-central-1, expected three, primary, standby and witness, as eu-west-1,eu-central-1,eu-west-2.',
  ],
  [
    'a region twice',
    { regions: 'eu-west-1,eu-west-1,eu-west-2' },
    '--regions is eu-west-1, expected a region other than the primary.',
  ],
  [
    'regions that no strongly consistent table can be in',
    { regions: 'eu-west-1,eu-central-1,us-east-1' },
    '--regions is us-east-1, expected with eu-west-1 and eu-central-1 a set that can have one strongly consistent table: us-east-1, us-east-2, us-west-2; or eu-central-1, eu-west-1, eu-west-2.',
  ],
  [
    'no repository',
    { repository: 'https://github.com/acme/trading' },
    '--repository is https://github.com/acme/trading, expected the organization and the name, such as acme/trading.',
  ],
])('is refused: %s', (_what, options, message) => {
  expect(() => parse(options)).toThrow(new Error(`${message}\nNothing was changed. See --help.`));
});

it('is refused with the nearest region', () => {
  expect(() => parse({ regions: 'eu-west-1,eu-centrl-1,eu-west-2' })).toThrow(
    /^--regions is eu-centrl-1, expected one of us-east-1, .*\. Did you mean eu-central-1\?\nNothing was changed\. See --help\.$/,
  );
});

it('is refused with all problems at once', () => {
  const refused = () =>
    parse({
      platform: 'Acme',
      account: ['live=1', 'prod=1'],
      regions: 'eu-west-1',
      repository: 'acme',
      owner: ['mail=x'],
    });

  expect(refused).toThrow(/^(--\S+ .*\n){6}Nothing was changed/);
});

it('is refused where the name of the buckets becomes too long', () => {
  expect(() => parse({ platform: 'acmemarkets1' })).toThrow(
    'stateBackend.bucketPrefix of live is acmemarkets1-live-tfstate-222222222222, expected 2 to 35 lower-case letters, digits and hyphens, no hyphen in front.',
  );
});
