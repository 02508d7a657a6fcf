import { Vpc } from '@cdktf/provider-aws/lib/vpc';
import { Subnet } from '@cdktf/provider-aws/lib/subnet';
import { Construct } from 'constructs';
import { App, TerraformStack, Testing } from 'cdktf';
import { movedFrom } from './moved-from';

/** A network at a path of a state. @returns the network and the state */
function network(...path: readonly string[]) {
  const state = new TerraformStack(new App({ stackTraces: false }), 'network-us-east-1');
  const scope = path.reduce<Construct>((parent, id) => new Construct(parent, id), state);
  const vpc = new Vpc(scope, 'Vpc', { cidrBlock: '10.0.0.0/16' });
  return { state, scope, vpc };
}

interface Synthesized {
  readonly moved?: readonly { readonly from: string; readonly to: string }[];
  readonly resource: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

const synthesize = (state: TerraformStack) => JSON.parse(Testing.synth(state)) as Synthesized;

/** Addresses of all resources. */
const addresses = ({ resource }: Synthesized) =>
  Object.entries(resource)
    .flatMap(([type, byName]) => Object.keys(byName).map((name) => `${type}.${name}`))
    .sort();

describe('movedFrom', () => {
  it('names for each resource at and below a construct the address that it had, one that is added later too', () => {
    const before = network('Old', 'Inner');
    new Subnet(before.scope, 'Subnet', { vpcId: before.vpc.id, cidrBlock: '10.0.1.0/24' });
    const after = network('New');
    movedFrom(after.scope, 'Old/Inner');
    new Subnet(after.scope, 'Subnet', { vpcId: after.vpc.id, cidrBlock: '10.0.1.0/24' });

    const { moved = [], ...rest } = synthesize(after.state);

    expect(moved.map(({ from }) => from).sort()).toEqual(addresses(synthesize(before.state)));
    expect(moved.map(({ to }) => to).sort()).toEqual(addresses(rest));
    expect(moved).toHaveLength(2);
  });

  it('names that of a resource itself, at the top of its state', () => {
    const { state, vpc } = network();
    movedFrom(vpc, 'Main');

    expect(synthesize(state).moved).toEqual([{ from: 'aws_vpc.Main', to: 'aws_vpc.Vpc' }]);
  });

  it.each(['', '/Vpc', 'Network//Vpc', 'Network/'])('refuses the path %j', (path) => {
    const { vpc } = network('Network');

    expect(() => movedFrom(vpc, path)).toThrow(
      `movedFrom(network-us-east-1/Network/Vpc): formerPath is ${JSON.stringify(path)}, expected ids from below the state`,
    );
  });
});
