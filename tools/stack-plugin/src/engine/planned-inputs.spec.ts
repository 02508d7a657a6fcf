import type { StateEntry } from '@dr/state-manifest';
import { UserError } from '../errors';
import { changedOutputs, mergeParameters, plannedParameters, withPlannedInputs } from './planned-inputs';
import type { ResourceChangeJson } from './planned-changes';

function parameter(change: Partial<ResourceChangeJson['change']>, type = 'aws_ssm_parameter'): ResourceChangeJson {
  return {
    address: 'a.b',
    mode: 'managed',
    type,
    change: { actions: ['create'], before: null, after: null, ...change },
  };
}

describe('changedOutputs', () => {
  it('are those that a plan publishes with another value, or no more, and none that only its tags change', () => {
    expect(
      changedOutputs([
        parameter({ before: { name: '/gone', insecure_value: 'a,b' }, actions: ['delete'] }),
        parameter({
          before: { name: '/changed', insecure_value: 'old' },
          after: { name: '/changed', insecure_value: 'new' },
          actions: ['update'],
        }),
        parameter({
          before: { name: '/unknown', value: 'old' },
          after: { name: '/unknown' },
          after_unknown: { insecure_value: true },
          actions: ['update'],
        }),
        parameter({
          before: { name: '/tagged', insecure_value: 'same' },
          after: { name: '/tagged', insecure_value: 'same', tags: { a: 'b' } },
          actions: ['update'],
        }),
        parameter({ after: { name: '/new', insecure_value: 'x' } }),
        parameter({ before: { name: '/kept' }, after: { name: '/kept' }, actions: ['no-op'] }),
      ]),
    ).toEqual([
      { parameter: '/changed', before: 'old', after: 'new' },
      { parameter: '/gone', before: 'a,b' },
      { parameter: '/new', after: 'x' },
      { parameter: '/unknown', before: 'old', unknown: true },
    ]);
  });
});

describe('plannedParameters', () => {
  it('are those that a plan writes, with their values where they are known', () => {
    const { values, types, removed } = plannedParameters([
      parameter({ after: { name: '/a', type: 'String', insecure_value: 'known' } }),
      parameter({ after: { name: '/b', type: 'StringList' }, after_unknown: { insecure_value: true, value: true } }),
      parameter({
        after: { name: '/c', type: 'String', insecure_value: 'new' },
        before: { name: '/c', insecure_value: 'old' },
        actions: ['update'],
      }),
      parameter({ after: { name: '/kept', insecure_value: 'x' }, before: { name: '/kept' }, actions: ['no-op'] }),
      parameter({ before: { name: '/gone' }, actions: ['delete'] }),
      parameter({
        before: { name: '/old' },
        after: { name: '/new', type: 'String', insecure_value: 'x' },
        actions: ['delete', 'create'],
      }),
      parameter({ after: { name: '/other', insecure_value: 'x' } }, 'aws_sqs_queue'),
    ]);

    expect([...values]).toEqual([
      ['/a', 'known'],
      ['/b', undefined],
      ['/c', 'new'],
      ['/new', 'x'],
    ]);
    expect([...types]).toEqual([
      ['/a', 'String'],
      ['/b', 'StringList'],
      ['/c', 'String'],
      ['/new', 'String'],
    ]);
    expect([...removed]).toEqual(['/gone', '/old']);
  });

  it('of several plans: what one removes and another writes is written', () => {
    const merged = mergeParameters([
      { values: new Map(), types: new Map(), removed: new Set(['/a', '/b']) },
      { values: new Map([['/a', 'x']]), types: new Map([['/a', 'String']]), removed: new Set() },
    ]);

    expect([[...merged.values], [...merged.types], [...merged.removed]]).toEqual([
      [['/a', 'x']],
      [['/a', 'String']],
      ['/b'],
    ]);
  });
});

const PATH = '/dr/local/us-east-1/network';
const entry: StateEntry = {
  name: 'compute-us-east-1',
  region: 'us-east-1',
  folder: 'stacks/compute-us-east-1',
  digest: '',
  publishes: [],
  reads: [
    {
      contract: 'network',
      region: 'us-east-1',
      store: 'us-east-1',
      hash: '0123456789ab',
      outputs: [
        { name: 'name', parameter: `${PATH}/name`, type: 'String' },
        { name: 'vpcId', parameter: `${PATH}/vpc-id`, type: 'String' },
      ],
    },
  ],
};
const ID = 'Read-network-us-east-1';
const terraformJson = {
  data: {
    aws_ssm_parameters_by_path: {
      [ID]: { path: PATH, lifecycle: { postcondition: [{ condition: '${f(zipmap(self.names, self.types))}' }] } },
      'Read-data-us-west-2': { path: '/dr/local/us-west-2/data', region: 'us-west-2' },
    },
    aws_region: { here: {} },
  },
  locals: {
    'network-us-east-1': `\${nonsensitive(zipmap(data.aws_ssm_parameters_by_path.${ID}.names, data.aws_ssm_parameters_by_path.${ID}.values))}`,
    other: '${1 + 1}',
  },
  resource: { aws_sqs_queue: { Orders: { name: 'orders' } } },
};
const planned = (
  values: Readonly<Record<string, string | undefined>>,
  removed: readonly string[] = [],
  region = 'us-east-1',
  type = 'String',
) => {
  const types = new Map(Object.keys(values).map((parameter) => [parameter, type]));
  return new Map([[region, { values: new Map(Object.entries(values)), types, removed: new Set(removed) }]]);
};

/** The parts of the configuration that are looked at. */
interface Configuration {
  readonly locals: Readonly<Record<string, unknown>>;
  readonly data: { readonly aws_ssm_parameters_by_path: Readonly<Record<string, object>> };
  readonly resource: Readonly<Record<string, unknown>>;
}
const over = (inputs: Parameters<typeof withPlannedInputs>[2]) =>
  withPlannedInputs(terraformJson, entry, inputs) as unknown as Configuration;

describe('withPlannedInputs', () => {
  it.each([
    ['nothing is planned', planned({})],
    ['another contract is', planned({ '/dr/local/us-east-1/networking/vpc-id': 'x' })],
    ["another region's store is", planned({ [`${PATH}/vpc-id`]: 'x' }, [], 'us-west-2')],
  ])('leaves the configuration as it is where %s', (_what, inputs) => {
    expect(withPlannedInputs(terraformJson, entry, inputs)).toBeUndefined();
  });

  it('lays what is planned over what is published, unknown only where that is unknown', () => {
    const { locals, resource, data } = over(
      planned({ [`${PATH}/added`]: 'x', [`${PATH}/vpc-id`]: undefined, [`${PATH}/name`]: 'a ${b} %{c}' }, [
        `${PATH}/gone`,
      ]),
    );

    expect(locals[`planned-${ID}`]).toEqual({
      [`${PATH}/added`]: 'x',
      [`${PATH}/vpc-id`]: '${terraform_data.not-yet-published.id}',
      [`${PATH}/name`]: 'a $${b} %%{c}',
    });
    expect(locals['network-us-east-1']).toBe(
      `\${merge({for name, value in zipmap(nonsensitive(data.aws_ssm_parameters_by_path.${ID}.names), ` +
        `nonsensitive(data.aws_ssm_parameters_by_path.${ID}.values)) : name => value if !contains(["${PATH}/gone"], name)}, local.planned-${ID})}`,
    );
    expect(locals['other']).toBe('${1 + 1}');
    expect(resource).toEqual({ ...terraformJson.resource, terraform_data: { 'not-yet-published': {} } });
    // The store is not yet what it will be: its types are those that are planned.
    const types = `{"${PATH}/added":"String","${PATH}/vpc-id":"String","${PATH}/name":"String"}`;
    const kept = `{for name, type in zipmap(self.names, self.types) : name => type if !contains(["${PATH}/gone"], name)}`;
    expect(data.aws_ssm_parameters_by_path[ID]).toEqual({
      path: PATH,
      lifecycle: { postcondition: [{ condition: `\${f(merge(${kept}, ${types}))}` }] },
    });
    expect(data.aws_ssm_parameters_by_path['Read-data-us-west-2']).toEqual(
      terraformJson.data.aws_ssm_parameters_by_path['Read-data-us-west-2'],
    );
  });

  it('makes nothing unknown where all values are known', () => {
    expect(over(planned({ [`${PATH}/name`]: 'new' })).resource).toEqual(terraformJson.resource);
  });

  it.each([
    ['is removed', planned({ [`${PATH}/other`]: 'x' }, [`${PATH}/vpc-id`]), 'vpcId is not published, expected String'],
    [
      'gets another type',
      planned({ [`${PATH}/vpc-id`]: 'x' }, [], 'us-east-1', 'StringList'),
      'vpcId is StringList, expected String',
    ],
    [
      'gets another type, and another one is removed',
      planned({ [`${PATH}/vpc-id`]: 'x' }, [`${PATH}/name`], 'us-east-1', 'StringList'),
      'name is not published, expected String, vpcId is StringList, expected String',
    ],
  ])('refuses a run in which an output that is read %s', (_what, inputs, unfit) => {
    expect(() => over(inputs)).toThrow(
      new UserError(
        `compute-us-east-1: contract network of us-east-1 as this run would leave it in us-east-1: ${unfit}. ` +
          'Keep the output, or have its readers read it no more; then synthesize all stacks from one commit: npx nx run-many -t synth. ' +
          'Nothing was changed.',
      ),
    );
  });

  it('lets go an output that nobody reads, and takes one of any type', () => {
    const inputs = planned({ [`${PATH}/other`]: 'x' }, [`${PATH}/gone`], 'us-east-1', 'StringList');

    expect(over(inputs)).toBeDefined();
  });

  it('is no plan over half of it where the contract is read in another way', () => {
    const inputs = planned({ [`${PATH}/name`]: 'new' });

    expect(() => withPlannedInputs({ ...terraformJson, locals: {} }, entry, inputs)).toThrow(
      `no local holds what ${ID} reads`,
    );
  });
});
