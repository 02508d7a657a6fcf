import type { UnendedApply } from './apply-log';
import { findLost, type LostSources, outdatedAddresses } from './find-lost';
import type { ResourceChangeJson } from './planned-changes';
import type { Imports } from './state-run';

type Values = Readonly<Record<string, unknown>>;

const TAGS = { platform: 'trade', environment: 'prod', state: 'network-us-east-1' };
const arnOf = (id: string) => `arn:aws:ec2:us-east-1:222222222222:subnet/${id}`;

/** An account, and the configuration of a state; plans are made as Terraform makes them. */
interface World {
  /** Arguments by address. */
  readonly configuration: Readonly<Record<string, Values>>;
  /** Values of what is there, by type and import id. */
  readonly account: Readonly<Record<string, Values>>;
  /** Id by address. */
  readonly state?: Readonly<Record<string, string>>;
  /** Blocks of the configuration, where they hold expressions. @default the arguments */
  readonly blocks?: Readonly<Record<string, Values>>;
  /** Addresses that the configuration would replace. */
  readonly replaces?: readonly string[];
}

const typeOf = (address: string) => address.split('.')[0] ?? '';

function planOf({ configuration, account, state = {}, replaces = [] }: World, requested: Imports) {
  // Terraform imports nothing to an address that the state holds.
  const imports = new Map([...requested].filter(([address]) => state[address] === undefined));
  const missing = [...imports].flatMap(([address, id]) => (account[`${typeOf(address)} ${id}`] ? [] : [address]));
  if (missing.length > 0) return { resources: [], missing };
  const resources = Object.entries(configuration).map(([address, after]): ResourceChangeJson => {
    const id = imports.get(address);
    const before = id === undefined ? undefined : account[`${typeOf(address)} ${id}`];
    const actions = before === undefined ? ['create'] : replaces.includes(address) ? ['delete', 'create'] : ['no-op'];
    return {
      ...{ address, mode: 'managed' as const, type: typeOf(address) },
      change: { actions, before: before ?? null, after, ...(before === undefined ? {} : { importing: { id } }) },
    };
  });
  return { resources, missing: [] };
}

function stateText(ids: Readonly<Record<string, string>> = {}): string {
  const resources = Object.entries(ids).map(([address, id]) => {
    const [type, name] = address.split('.');
    return { mode: 'managed', type, name, instances: [{ attributes: { id } }] };
  });
  return JSON.stringify({ lineage: 'one', serial: 1, resources });
}

function logOf(
  created: Readonly<Record<string, string>>,
  pending: readonly string[] = [],
  destroyed: Readonly<Record<string, string>> = {},
): UnendedApply {
  const event = (address: string) => ({ address, type: typeOf(address), action: 'create' });
  return {
    at: '2026-11-27T00:00:00.000Z',
    created: new Map(Object.entries(created).map(([address, id]) => [address, { ...event(address), id }])),
    pending: new Map(pending.map((address) => [address, { ...event(address), id: undefined }])),
    destroyed: new Map(Object.entries(destroyed)),
    hasBegun: true,
  };
}

async function find(
  world: World,
  log: UnendedApply | undefined,
  listed: LostSources['listed'] = [],
  plans: Imports[] = [],
) {
  const lost = await findLost(
    {
      readText: async () => stateText(world.state),
      planTrial: async (imports) => {
        plans.push(new Map(imports));
        return planOf(world, imports);
      },
    },
    log,
    { tags: TAGS, defaultTags: TAGS, listed, blockOf: (address) => (world.blocks ?? world.configuration)[address] },
  );
  const left = Object.entries(lost).filter(([name, each]) => name !== 'found' && each.length > 0);
  return {
    found: lost.found.map(({ address, importId, foundBy }) => `${address} ${importId} ${foundBy}`),
    left: Object.fromEntries(left),
  };
}

const subnet = (cidr: string, tags: Values = {}): Values => ({
  cidr_block: cidr,
  tags,
  tags_all: { ...TAGS, ...tags },
});

describe('what a killed apply left', () => {
  it('is found by the ids of its log, but for what the state holds', async () => {
    const configuration = { 'aws_vpc.A': {}, 'aws_vpc.B': {} };
    const account = { 'aws_vpc vpc-b': {} };
    const world = { configuration, account, state: { 'aws_vpc.A': 'vpc-a' } };

    expect(await find(world, logOf({ 'aws_vpc.A': 'vpc-a', 'aws_vpc.B': 'vpc-b' }))).toEqual({
      found: ['aws_vpc.B vpc-b log'],
      left: {},
    });
  });

  it('is found by a name that follows from other imports', async () => {
    const route = { route_table_id: 'rtb-1', destination_cidr_block: '0.0.0.0/0' };
    const world = {
      configuration: { 'aws_route_table.T': {}, 'aws_route.R': route },
      account: { 'aws_route_table rtb-1': {}, 'aws_route rtb-1_0.0.0.0/0': route },
    };

    expect((await find(world, logOf({ 'aws_route_table.T': 'rtb-1' }, ['aws_route.R']))).found).toEqual([
      'aws_route_table.T rtb-1 log',
      'aws_route.R rtb-1_0.0.0.0/0 name',
    ]);
  });

  it('is found by arguments that are expressions, of resources that the state holds, with nothing else to look for', async () => {
    const association = { subnet_id: 'subnet-1', route_table_id: 'rtb-1' };
    const world = {
      configuration: { 'aws_route_table_association.A': association },
      blocks: {
        'aws_route_table_association.A': { subnet_id: '${aws_subnet.A.id}', route_table_id: '${aws_route_table.A.id}' },
      },
      account: { 'aws_route_table_association subnet-1/rtb-1': association },
    };

    expect(await find(world, logOf({}, ['aws_route_table_association.A']))).toEqual({
      found: ['aws_route_table_association.A subnet-1/rtb-1 name'],
      left: {},
    });
  });

  it('is not what has a name and is not there', async () => {
    const world = { configuration: { 'aws_kms_alias.A': { name: 'alias/a' } }, account: {} };

    expect(await find(world, logOf({}, ['aws_kms_alias.A']))).toEqual({ found: [], left: {} });
  });

  it('is found by its tags, of several by all of them, without a plan for each', async () => {
    const [a, b] = [subnet('10.0.0.0/24', { Name: 'a' }), subnet('10.0.1.0/24', { Name: 'b' })];
    const world = {
      configuration: { 'aws_subnet.A': a, 'aws_subnet.B': b },
      account: { 'aws_subnet subnet-1': b, 'aws_subnet subnet-2': a },
    };
    const listed = [
      { arn: arnOf('subnet-1'), tags: { ...TAGS, Name: 'b' } },
      { arn: arnOf('subnet-2'), tags: { ...TAGS, Name: 'a' } },
    ];

    const plans: Imports[] = [];
    const { found, left } = await find(world, logOf({}, ['aws_subnet.A', 'aws_subnet.B']), listed, plans);

    expect(found).toEqual(['aws_subnet.A subnet-2 tag', 'aws_subnet.B subnet-1 tag']);
    expect(left).toEqual({});
    expect(plans).toHaveLength(1);
  });

  it('is told apart by its values where the tags are the same', async () => {
    const [a, b] = [subnet('10.0.0.0/24'), subnet('10.0.1.0/24')];
    const world = {
      configuration: { 'aws_subnet.A': a, 'aws_subnet.B': b },
      account: { 'aws_subnet subnet-1': { ...b, id: 'subnet-1' }, 'aws_subnet subnet-2': a },
    };
    const listed = ['subnet-1', 'subnet-2'].map((id) => ({ arn: arnOf(id), tags: TAGS }));

    expect(await find(world, logOf({}, ['aws_subnet.A', 'aws_subnet.B']), listed)).toEqual({
      found: ['aws_subnet.A subnet-2 tag', 'aws_subnet.B subnet-1 tag'],
      left: {},
    });
  });

  it('is told apart by values that only a plan knows', async () => {
    const rule = (group: string): Values => ({ security_group_id: group, tags_all: TAGS });
    const world = {
      configuration: {
        'aws_vpc_security_group_egress_rule.A': rule('sg-a'),
        'aws_vpc_security_group_egress_rule.B': rule('sg-b'),
      },
      blocks: {
        'aws_vpc_security_group_egress_rule.A': { security_group_id: '${aws_security_group.A.id}' },
        'aws_vpc_security_group_egress_rule.B': { security_group_id: '${aws_security_group.B.id}' },
      },
      account: {
        'aws_vpc_security_group_egress_rule sgr-1': rule('sg-b'),
        'aws_vpc_security_group_egress_rule sgr-2': rule('sg-a'),
      },
    };
    const listed = ['sgr-1', 'sgr-2'].map((id) => ({
      arn: `arn:aws:ec2:us-east-1:222222222222:security-group-rule/${id}`,
      tags: TAGS,
    }));
    const log = logOf({}, ['aws_vpc_security_group_egress_rule.A', 'aws_vpc_security_group_egress_rule.B']);

    expect(await find(world, log, listed)).toEqual({
      found: ['aws_vpc_security_group_egress_rule.A sgr-2 tag', 'aws_vpc_security_group_egress_rule.B sgr-1 tag'],
      left: {},
    });
  });

  it('is in the region that its block names', async () => {
    const bucket = { bucket: 'audit', region: 'us-west-2' };
    const world = {
      configuration: { 'aws_s3_bucket.A': bucket },
      account: { 'aws_s3_bucket audit@us-west-2': { tags_all: TAGS } },
    };

    expect((await find(world, logOf({ 'aws_s3_bucket.A': 'audit' }))).found).toEqual([
      'aws_s3_bucket.A audit@us-west-2 log',
    ]);
  });

  it('is nothing that the state, or the log, knows', async () => {
    const world = {
      configuration: { 'aws_vpc.A': {}, 'aws_vpc.B': {} },
      account: { 'aws_vpc vpc-b': {} },
      state: { 'aws_vpc.A': 'vpc-a' },
    };
    const listed = ['vpc-a', 'vpc-b'].map((id) => ({
      arn: `arn:aws:ec2:us-east-1:222222222222:vpc/${id}`,
      tags: TAGS,
    }));

    expect((await find(world, logOf({ 'aws_vpc.B': 'vpc-b' }), listed)).left).toEqual({});
  });

  it('is said and not guessed where nothing tells it apart', async () => {
    const same = subnet('10.0.0.0/24');
    const world = {
      configuration: { 'aws_subnet.A': same, 'aws_subnet.B': same },
      account: { 'aws_subnet subnet-1': same, 'aws_subnet subnet-2': same },
    };
    const listed = ['subnet-1', 'subnet-2'].map((id) => ({ arn: arnOf(id), tags: TAGS }));

    expect(await find(world, logOf({}, ['aws_subnet.A', 'aws_subnet.B']), listed)).toEqual({
      found: [],
      left: {
        ambiguous: [
          {
            addresses: ['aws_subnet.A', 'aws_subnet.B'],
            resources: [
              { arn: arnOf('subnet-1'), deletion: 'aws ec2 delete-subnet --subnet-id subnet-1' },
              { arn: arnOf('subnet-2'), deletion: 'aws ec2 delete-subnet --subnet-id subnet-2' },
            ],
          },
        ],
      },
    });
  });

  it('is not one of another time that would have to be replaced', async () => {
    const world = {
      configuration: { 'aws_subnet.A': subnet('10.0.0.0/24') },
      account: { 'aws_subnet subnet-old': subnet('10.9.0.0/24') },
      replaces: ['aws_subnet.A'],
    };
    const listed = [{ arn: arnOf('subnet-old'), tags: TAGS }];

    expect(await find(world, logOf({}, ['aws_subnet.A']), listed)).toEqual({
      found: [],
      left: {
        ambiguous: [
          { addresses: ['aws_subnet.A'], resources: [expect.objectContaining(listed[0] && { arn: listed[0].arn })] },
        ],
      },
    });
  });

  it('is named where the configuration would replace it', async () => {
    const world = { configuration: { 'aws_vpc.A': {} }, account: { 'aws_vpc vpc-a': {} }, replaces: ['aws_vpc.A'] };

    expect((await find(world, logOf({ 'aws_vpc.A': 'vpc-a' }))).left).toEqual({ replaced: ['aws_vpc.A'] });
  });

  it('is not what has the name, and the tags of another', async () => {
    const bucket = { bucket: 'audit' };
    const world = {
      configuration: { 'aws_s3_bucket.A': bucket },
      account: { 'aws_s3_bucket audit': { ...bucket, tags_all: { ...TAGS, state: 'data-us-east-1' } } },
    };

    expect(await find(world, logOf({}, ['aws_s3_bucket.A']))).toEqual({
      found: [],
      left: { untagged: ['aws_s3_bucket.A (audit)'] },
    });
  });

  it('takes the place of what the apply had destroyed, and is said where the state holds another', async () => {
    const world = {
      configuration: { 'aws_vpc.A': {}, 'aws_vpc.B': {} },
      account: { 'aws_vpc vpc-new': {}, 'aws_vpc vpc-other': {} },
      state: { 'aws_vpc.A': 'vpc-old', 'aws_vpc.B': 'vpc-kept' },
    };
    const log = logOf({ 'aws_vpc.A': 'vpc-new', 'aws_vpc.B': 'vpc-other' }, [], { 'aws_vpc.A': 'vpc-old' });

    expect(outdatedAddresses(stateText(world.state), log)).toEqual(['aws_vpc.A']);
    expect(await find(world, log)).toEqual({
      found: ['aws_vpc.A vpc-new log'],
      left: { others: ['aws_vpc.B (vpc-other): made in place of vpc-kept, which the state holds'] },
    });
  });

  it('is said where it cannot be seen, was deleted since, or is of no creation that began', async () => {
    const world = {
      configuration: { 'aws_route53_query_log.Q': {}, 'aws_subnet.A': subnet('10.0.0.0/24'), 'aws_vpc.A': {} },
      account: { 'aws_subnet subnet-9': {} },
    };
    const log = logOf({ 'aws_vpc.A': 'vpc-gone', 'aws_eip.E': 'eipalloc-1' }, [
      'aws_route53_query_log.Q',
      'aws_subnet.A',
    ]);
    const listed = [{ arn: 'arn:aws:ec2:us-east-1:222222222222:vpc/vpc-9', tags: TAGS }];

    expect(await find(world, log, listed)).toEqual({
      found: [],
      left: {
        unseen: ['aws_route53_query_log.Q'],
        notListed: ['aws_subnet.A'],
        others: [
          'aws_eip.E (eipalloc-1): the configuration has it no more',
          'aws_vpc.A (vpc-gone): made, and not there any more',
        ],
        strays: [{ arn: listed[0]?.arn, deletion: 'aws ec2 delete-vpc --vpc-id vpc-9' }],
      },
    });
  });

  it('is looked for without a log among all that would be created', async () => {
    const world = {
      configuration: { 'aws_kms_alias.A': { name: 'alias/a' }, 'aws_kms_alias.B': { name: 'alias/b' } },
      account: { 'aws_kms_alias alias/b': {} },
    };

    expect(await find(world, undefined)).toEqual({ found: ['aws_kms_alias.B alias/b name'], left: {} });
  });

  it('needs nothing of what a second creation gives back', async () => {
    const world = { configuration: { 'aws_sqs_queue.Q': { name: 'orders' } }, account: {} };

    expect(await find(world, logOf({}, ['aws_sqs_queue.Q']))).toEqual({ found: [], left: {} });
  });
});
