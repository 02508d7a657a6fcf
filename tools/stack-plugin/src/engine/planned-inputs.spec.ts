import type { StateEntry } from '@dr/state-manifest';
import { mergeParameters, plannedParameters, withPlannedInputs } from './planned-inputs';
import type { ResourceChangeJson } from './planned-changes';

function parameter(change: Partial<ResourceChangeJson['change']>, type = 'aws_ssm_parameter'): ResourceChangeJson {
  return {
    address: 'a.b',
    mode: 'managed',
    type,
    change: { actions: ['create'], before: null, after: null, ...change },
  };
}

describe('plannedParameters', () => {
  it('are those that a plan writes, with their values where they are known', () => {
    const { values, removed } = plannedParameters([
      parameter({ after: { name: '/a', insecure_value: 'known' } }),
      parameter({ after: { name: '/b' }, after_unknown: { insecure_value: true, value: true } }),
      parameter({
        after: { name: '/c', insecure_value: 'new' },
        before: { name: '/c', insecure_value: 'old' },
        actions: ['update'],
      }),
      parameter({ after: { name: '/kept', insecure_value: 'x' }, before: { name: '/kept' }, actions: ['no-op'] }),
      parameter({ before: { name: '/gone' }, actions: ['delete'] }),
      parameter({
        before: { name: '/old' },
        after: { name: '/new', insecure_value: 'x' },
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
    expect([...removed]).toEqual(['/gone', '/old']);
  });

  it('of several plans: what one removes and another writes is written', () => {
    const merged = mergeParameters([
      { values: new Map(), removed: new Set(['/a', '/b']) },
      { values: new Map([['/a', 'x']]), removed: new Set() },
    ]);

    expect([[...merged.values], [...merged.removed]]).toEqual([[['/a', 'x']], ['/b']]);
  });
});

const PATH = '/dr/local/us-east-1/network';
const HASH = '0123456789ab';
const entry: StateEntry = {
  name: 'compute-us-east-1',
  region: 'us-east-1',
  folder: 'stacks/compute-us-east-1',
  publishes: [],
  reads: [{ contract: 'network', region: 'us-east-1', store: 'us-east-1', hash: HASH }],
};
const ID = 'Read-network-us-east-1';
const terraformJson = {
  data: {
    aws_ssm_parameters_by_path: {
      [ID]: { path: PATH, lifecycle: { postcondition: [{ condition: '${…}' }] } },
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
) => new Map([[region, { values: new Map(Object.entries(values)), removed: new Set(removed) }]]);

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
      planned({ [`${PATH}/contract-hash`]: HASH, [`${PATH}/vpc-id`]: undefined, [`${PATH}/name`]: 'a ${b} %{c}' }, [
        `${PATH}/gone`,
      ]),
    );

    expect(locals[`planned-${ID}`]).toEqual({
      [`${PATH}/contract-hash`]: HASH,
      [`${PATH}/vpc-id`]: '${terraform_data.not-yet-published.id}',
      [`${PATH}/name`]: 'a $${b} %%{c}',
    });
    expect(locals['network-us-east-1']).toBe(
      `\${merge({for name, value in zipmap(nonsensitive(data.aws_ssm_parameters_by_path.${ID}.names), ` +
        `nonsensitive(data.aws_ssm_parameters_by_path.${ID}.values)) : name => value if !contains(["${PATH}/gone"], name)}, local.planned-${ID})}`,
    );
    expect(locals['other']).toBe('${1 + 1}');
    expect(resource).toEqual({ ...terraformJson.resource, terraform_data: { 'not-yet-published': {} } });
    // The store is not yet what it will be; the shape is compared here.
    expect(data.aws_ssm_parameters_by_path[ID]).toEqual({ path: PATH });
    expect(data.aws_ssm_parameters_by_path['Read-data-us-west-2']).toEqual(
      terraformJson.data.aws_ssm_parameters_by_path['Read-data-us-west-2'],
    );
  });

  it("keeps the store's own check where the contract's shape is published already", () => {
    const { data, resource } = over(planned({ [`${PATH}/name`]: 'new' }));

    expect(data.aws_ssm_parameters_by_path[ID]).toEqual(terraformJson.data.aws_ssm_parameters_by_path[ID]);
    expect(resource).toEqual(terraformJson.resource);
  });

  it('refuses a shape that the state was not synthesized for', () => {
    expect(() => over(planned({ [`${PATH}/contract-hash`]: 'ba9876543210' }))).toThrow(
      'compute-us-east-1: contract network of us-east-1 will be published with hash ba9876543210, expected 0123456789ab: the state was synthesized against another shape of it.',
    );
  });

  it('is no plan over half of it where the contract is read in another way', () => {
    const inputs = planned({ [`${PATH}/name`]: 'new' });

    expect(() => withPlannedInputs({ ...terraformJson, locals: {} }, entry, inputs)).toThrow(
      `no local holds what ${ID} reads`,
    );
  });
});
