import type { LastingSettings } from '@dr/state-manifest';
import { refuseOtherDeployment, refuseOtherRoot } from './refuse-other-deployment';
import type { PlannedState, Run } from './run';

const DEPLOYED: LastingSettings = {
  fixed: { domainName: 'trading.example.com' },
  growing: { 'network.zoneCount': '3', 'database.engineVersion': '16.9' },
};

/** Refuses a run with other settings than what is recorded was deployed with. */
function refuse(fixed: Record<string, string>, growing: Record<string, string> = {}): void {
  const settings = { fixed: { ...DEPLOYED.fixed, ...fixed }, growing: { ...DEPLOYED.growing, ...growing } };
  refuseOtherDeployment({
    options: { environment: 'local' },
    manifests: [{ settings }, {}],
    records: { states: new Map(Object.entries({ data: { record: { settings: DEPLOYED } }, older: { record: {} } })) },
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
