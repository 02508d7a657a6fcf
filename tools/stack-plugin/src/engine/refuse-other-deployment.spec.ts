import type { LastingSettings } from '@dr/state-manifest';
import { refuseOtherDeployment, refuseOtherRoot } from './refuse-other-deployment';
import type { PlannedState, Run } from './run';

const DEPLOYED: LastingSettings = {
  fixed: { domainName: 'trading.example.com', 'dns.zone': 'create' },
  growing: { 'network.zoneCount': '3', 'database.engineVersion': '16.9' },
};

/** Refuses a run with other settings than what is recorded was deployed with. */
function refuse(fixed: Record<string, string>, growing: Record<string, string> = {}): void {
  refuseAll({ fixed: { ...DEPLOYED.fixed, ...fixed }, growing: { ...DEPLOYED.growing, ...growing } });
}

const STEPS = {
  'dns.zone': ['Bring in <wanted>, not <deployed>.', 'npx nx deploy network --environment=<environment>'],
  'service.port': ['Exchange them.'],
};

function refuseAll(wanted: LastingSettings, deployed = DEPLOYED, allow: readonly string[] = []): void {
  refuseOtherDeployment({
    options: { environment: 'local', allow },
    manifests: [{ settings: { ...wanted, steps: STEPS } }, {}],
    records: { states: new Map(Object.entries({ data: { record: { settings: deployed } }, older: { record: {} } })) },
  } as unknown as Run);
}

describe('settings of which what is deployed has other values', () => {
  it('are refused where that means a new deployment, with what to do instead', () => {
    expect(() => refuse({ domainName: 'other.example.com' })).toThrow(
      [
        'local: domainName is other.example.com, expected trading.example.com, which what is deployed has: this change means a new deployment. Nothing was changed.',
        'Take the change back, or deploy beside the old one and move to it:',
        '  1. Add an environment with a name, a domain and address blocks of its own.',
        '  2. npx nx run-many -t deploy --environment=<new>',
        '  3. Move the data and the clients to it.',
        '  4. npx nx run-many -t destroy --environment=local',
      ].join('\n'),
    );
  });

  it.each([
    [{ 'network.zoneCount': '2' }, 'network.zoneCount is 2, expected 3,'],
    [{ 'database.engineVersion': '16.8' }, 'database.engineVersion is 16.8, expected 16.9,'],
  ])('are refused where they are lower and only grow: %j', (growing, message) => {
    expect(() => refuse({}, growing)).toThrow(message);
  });

  it.each([{ 'network.zoneCount': '4' }, { 'database.engineVersion': '16.10' }, { 'database.engineVersion': '17' }])(
    'are taken where they are higher: %j',
    (growing) => {
      expect(() => refuse({}, growing as unknown as Record<string, string>)).not.toThrow();
    },
  );

  it('are taken where nothing records them, and where this commit has no such setting any more', () => {
    expect(() => refuse({ 'service.port': '8080' })).not.toThrow();
    expect(() => refuse({ domainName: undefined as unknown as string })).not.toThrow();
  });
});

describe('a setting that is changed by steps', () => {
  const lookUp: LastingSettings = { ...DEPLOYED, fixed: { ...DEPLOYED.fixed, 'dns.zone': 'look-up' } };

  it('is refused with the steps, in order', () => {
    expect(() => refuseAll(lookUp)).toThrow(
      [
        'local: dns.zone is look-up, expected create, which what is deployed has: this change is made by steps. Nothing was changed.',
        'Take the change back, or make it so:',
        '  1. Bring in look-up, not create.',
        '  2. npx nx deploy network --environment=local',
      ].join('\n'),
    );
  });

  it('is taken where it is allowed by its path', () => {
    expect(() => refuseAll(lookUp, DEPLOYED, ['dns.zone', 'network-us-east-1:aws_vpc.Vpc'])).not.toThrow();
  });

  it('is not allowed where it does not change, and a new deployment never is', () => {
    const moved = { ...DEPLOYED, fixed: { ...DEPLOYED.fixed, domainName: 'other.example.com' } };

    expect(() => refuseAll(DEPLOYED, DEPLOYED, ['dns.zone'])).toThrow('--allow is dns.zone, expected ');
    expect(() => refuseAll(moved, DEPLOYED, ['domainName'])).toThrow('--allow is domainName, expected ');
  });
});

describe('a setting whose value changes places with the one beside it', () => {
  const at = (port: string, beside?: string): LastingSettings => ({
    fixed: { 'service.port': port },
    growing: {},
    ...(beside === undefined ? {} : { beside: { 'service.port': beside } }),
  });

  it('is taken, there and back', () => {
    expect(() => refuseAll(at('9090', '8080'), at('8080', '9090'))).not.toThrow();
    expect(() => refuseAll(at('8080', '9090'), at('9090', '8080'))).not.toThrow();
  });

  it.each([
    ['nothing served beside it', at('9090', '8080'), at('8080')],
    ['the former one would not be served any more', at('9090'), at('8080', '9090')],
    ['another one served beside it', at('9091', '8080'), at('8080', '9090')],
  ])('is refused where %s', (_why, wanted, deployed) => {
    expect(() => refuseAll(wanted, deployed)).toThrow('this change is made by steps. Nothing was changed.');
  });
});

describe('a plan over the state of another platform', () => {
  const plansOf = (name: string) => {
    const resources = [{ type: 'aws_ssm_parameter', change: { before: { name }, after: null } }];
    return new Map([['network-us-east-1', { plan: { resources } } as unknown as PlannedState]]);
  };
  const run = { options: { environment: 'local' }, parameterRoot: '/other/local' } as unknown as Run;

  it('is refused by what it publishes', () => {
    expect(() => refuseOtherRoot(run, plansOf('/dr/local/us-east-1/network/contract-hash'))).toThrow(
      'local: network-us-east-1 publishes below /other/local, expected /dr/local, below which what is deployed publishes: another name of the platform or environment means a new deployment. Nothing was changed.',
    );
  });

  it('is taken where it publishes below the same root, and whatever else it has', () => {
    expect(() => refuseOtherRoot(run, plansOf('/other/local/us-east-1/network/contract-hash'))).not.toThrow();
    expect(() => refuseOtherRoot(run, plansOf('/extra'))).not.toThrow();
  });
});
