import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ContractAddress, ContractRead } from '@dr/state-manifest';
import { App, Fn, TerraformOutput, TerraformStack, Testing } from 'cdktf';
import type { Construct } from 'constructs';
import { defineContract, mirrored, text, textList } from './contract';
import type { ContractScope } from './contract-scope';
import { mirrorOutputs } from './mirror-outputs';
import { publishOutputs } from './publish-outputs';
import { readOutputs, readPeerOutputs, readRegionOutputs } from './read-outputs';

const contract = defineContract({
  name: 'order-book',
  owner: 'orders',
  outputs: { tableName: mirrored(text('Table of orders')), subnetIds: textList('Subnets of the service') },
});

/** sha256 of "order-book\nsubnetIds:list\ntableName:text:mirrored", first 12 digits, from `printf … | sha256sum`. */
const HASH = '1a2907c14827';

/** The mirrored output, as a mirror and a reader of the other region read it. */
const MIRRORED = { name: 'tableName', parameter: '/trade/prod/us-east-1/order-book/table-name', type: 'String' };

/** A state of stack `matching` in one region. */
class StateUnderTest extends TerraformStack implements ContractScope {
  readonly stackName = 'matching';
  readonly environmentName = 'prod';
  readonly parameterRoot = '/trade/prod';
  readonly publishedContracts: ContractAddress[] = [];
  readonly readContracts: ContractRead[] = [];

  constructor(
    scope: Construct,
    readonly region: string,
  ) {
    super(scope, 'state');
  }
}

type Blocks = Record<string, Record<string, Record<string, unknown>>>;

/** A state's configuration as Terraform reads it, and its part of the manifest. */
interface Synthesized {
  readonly resources: Blocks;
  readonly dataSources: Blocks;
  readonly locals: Record<string, string>;
  readonly outputs: Record<string, { value: unknown }>;
  readonly publishes: readonly ContractAddress[];
  readonly reads: readonly ContractRead[];
}

function synthesize(region: string, define: (scope: StateUnderTest) => void): Synthesized {
  const outdir = mkdtempSync(join(tmpdir(), 'dr-contracts-'));
  try {
    const scope = new StateUnderTest(new App({ outdir, stackTraces: false }), region);
    define(scope);
    const { resource, data, locals, output } = JSON.parse(Testing.synth(scope), withoutMetadata);
    return {
      resources: resource ?? {},
      dataSources: data ?? {},
      locals: locals ?? {},
      outputs: output ?? {},
      publishes: scope.publishedContracts,
      reads: scope.readContracts,
    };
  } finally {
    rmSync(outdir, { recursive: true, force: true });
  }
}

function withoutMetadata(key: string, value: unknown): unknown {
  return key === '//' ? undefined : value;
}

/** A contract's parameters by name. */
function parametersOf({ resources }: Synthesized): Record<string, unknown> {
  return Object.fromEntries(
    Object.values(resources['aws_ssm_parameter'] ?? {}).map(({ name, ...parameter }) => [name, parameter]),
  );
}

/** The data source that reads a contract's parameters. */
function readerOf({ dataSources }: Synthesized, id: string): Record<string, unknown> {
  return dataSources['aws_ssm_parameters_by_path']?.[id] ?? {};
}

/** The post-conditions of that data source, the one for outputs never published first. */
function postconditionsOf(state: Synthesized, id: string): { condition: string; error_message: string }[] {
  const { postcondition } = readerOf(state, id)['lifecycle'] as { postcondition: never[] };
  return postcondition;
}

describe('publishOutputs', () => {
  const publish = () =>
    synthesize('us-east-1', (scope) =>
      publishOutputs(scope, contract, { tableName: 'orders', subnetIds: ['subnet-1', 'subnet-2'] }),
    );

  it('writes one plain parameter for each output, named by region, contract and output', () => {
    expect(parametersOf(publish())).toMatchObject({
      '/trade/prod/us-east-1/order-book/table-name': {
        type: 'String',
        insecure_value: 'orders',
        description: 'Table of orders',
      },
      '/trade/prod/us-east-1/order-book/subnet-ids': {
        type: 'StringList',
        insecure_value: 'subnet-1,subnet-2',
        description: 'Subnets of the service',
      },
    });
  });

  it("writes the contract's hash after all outputs, so that it never vouches for one that is not there", () => {
    expect(parametersOf(publish())['/trade/prod/us-east-1/order-book/contract-hash']).toEqual({
      type: 'String',
      insecure_value: HASH,
      description: 'Shape of contract order-book; readers built against another one are refused',
      depends_on: [
        expect.stringMatching(/^aws_ssm_parameter\.PublishOrderBook_TableName_[0-9A-F]{8}$/),
        expect.stringMatching(/^aws_ssm_parameter\.PublishOrderBook_SubnetIds_[0-9A-F]{8}$/),
      ],
    });
  });

  it('writes nothing else', () => {
    const state = publish();

    expect(Object.keys(parametersOf(state))).toHaveLength(3);
    expect(Object.keys(state.resources)).toEqual(['aws_ssm_parameter']);
    expect(state.dataSources).toEqual({});
  });

  it('records what it published, and where', () => {
    const { publishes, reads } = publish();

    expect(publishes).toEqual([{ contract: 'order-book', region: 'us-east-1', store: 'us-east-1', hash: HASH }]);
    expect(reads).toEqual([]);
  });

  it('publishes a list that is known only when Terraform runs', () => {
    const state = synthesize('us-east-1', (scope) => {
      const { subnetIds } = readOutputs(scope, defineContract({ name: 'edge', outputs: { subnetIds: textList('') } }));
      publishOutputs(scope, contract, { tableName: 'orders', subnetIds });
    });

    expect(parametersOf(state)['/trade/prod/us-east-1/order-book/subnet-ids']).toMatchObject({
      type: 'StringList',
      insecure_value: '${join(",", split(",", local.edge-us-east-1["/trade/prod/us-east-1/edge/subnet-ids"]))}',
    });
  });

  it('has Terraform check what it alone knows, before it writes the parameter', () => {
    const state = synthesize('us-east-1', (scope) => {
      const edge = readOutputs(scope, defineContract({ name: 'edge', outputs: { nodeIds: textList('') } }));
      publishOutputs(scope, contract, { tableName: `"${Fn.element(edge.nodeIds, 0)}"`, subnetIds: edge.nodeIds });
    });

    const nodeIds = 'split(",", local.edge-us-east-1["/trade/prod/us-east-1/edge/node-ids"])';
    expect(state.locals).toMatchObject({
      'order-book-us-east-1-tableName': `"\${element(${nodeIds}, 0)}"`,
      'order-book-us-east-1-subnetIds': `\${${nodeIds}}`,
    });
    const table = 'local.order-book-us-east-1-tableName';
    const subnets = 'local.order-book-us-east-1-subnetIds';
    expect(parametersOf(state)).toMatchObject({
      '/trade/prod/us-east-1/order-book/table-name': {
        lifecycle: {
          precondition: [
            {
              condition:
                `\${try(!issensitive(${table}) && ${table} != "" && length(trim(base64encode(${table}), "=")) <= 5462 && ` +
                `!can(regex("(?s)[{][{].*[}][}]", ${table})), false)}`,
              error_message:
                `matching in us-east-1 (prod): contract order-book: tableName \${try(issensitive(${table}), false) ? ` +
                `"is sensitive, expected a value that every reader may see" : ` +
                `"is \${try(nonsensitive(floor(length(trim(base64encode(${table}), "=")) * 3 / 4)), 0)} ` +
                'bytes of UTF-8 long, expected 1 to 4096, no {{…}}"}. Publish another value or drop the output. Its parameter is not written.',
            },
          ],
        },
      },
      '/trade/prod/us-east-1/order-book/subnet-ids': {
        lifecycle: {
          precondition: [
            {
              condition: expect.stringContaining(
                `alltrue([for item in ${subnets} : item != "" && !strcontains(item, ",")])`,
              ),
              error_message: expect.stringContaining('no {{…}}, no empty item and no comma in an item"}. '),
            },
          ],
        },
      },
    });
  });

  it('refuses a literal that cannot be stored, and names the output', () => {
    expect(() =>
      synthesize('us-east-1', (scope) => publishOutputs(scope, contract, { tableName: 'orders', subnetIds: [] })),
    ).toThrow(
      new Error(
        'contract order-book: subnetIds is an empty list, expected at least one value. Publish another value or drop the output.',
      ),
    );
  });
});

describe('readOutputs', () => {
  const read = () =>
    synthesize('us-west-2', (scope) => {
      const { tableName, subnetIds } = readOutputs(scope, contract);
      new TerraformOutput(scope, 'TableName', { value: tableName, staticId: true });
      new TerraformOutput(scope, 'SubnetIds', { value: subnetIds, staticId: true });
    });

  it("reads the contract's folder of its own region, and names no region for that", () => {
    const reader = readerOf(read(), 'Read-order-book-us-west-2');

    expect(reader['path']).toBe('/trade/prod/us-west-2/order-book');
    expect(reader).not.toHaveProperty('region');
    expect(reader).not.toHaveProperty('provider');
  });

  it('gives a text and a list as expressions over what it found', () => {
    const { outputs } = read();

    expect(outputs).toEqual({
      TableName: { value: '${local.order-book-us-west-2["/trade/prod/us-west-2/order-book/table-name"]}' },
      SubnetIds: { value: '${split(",", local.order-book-us-west-2["/trade/prod/us-west-2/order-book/subnet-ids"])}' },
    });
  });

  it('shows values in plans, where the provider hides every parameter', () => {
    expect(read().locals).toEqual({
      'order-book-us-west-2':
        '${nonsensitive(zipmap(data.aws_ssm_parameters_by_path.Read-order-book-us-west-2.names, data.aws_ssm_parameters_by_path.Read-order-book-us-west-2.values))}',
    });
  });

  it('refuses a contract that was never published, and says what to deploy first', () => {
    const [neverPublished] = postconditionsOf(read(), 'Read-order-book-us-west-2');

    expect(neverPublished).toEqual({
      condition: '${length(zipmap(self.names, self.types)) > 0}',
      error_message:
        'matching in us-west-2 (prod): contract order-book of us-west-2 is not published in us-west-2. ' +
        'Deploy orders (us-west-2) first: npx nx run orders:deploy:prod. Nothing was changed.',
    });
  });

  it('refuses outputs that are not published as they are read, and says what to deploy or build', () => {
    const [, unfit] = postconditionsOf(read(), 'Read-order-book-us-west-2');

    const folder = '/trade/prod/us-west-2/order-book';
    const wanted = `[["subnetIds","${folder}/subnet-ids","StringList"],["tableName","${folder}/table-name","String"]]`;
    const types = 'zipmap(self.names, self.types)';
    expect(unfit).toEqual({
      condition: `\${length(${types}) == 0 || alltrue([for output in ${wanted} : lookup(${types}, output[1], "") == output[2]])}`,
      error_message:
        'matching in us-west-2 (prod): contract order-book of us-west-2 as published in us-west-2: ' +
        `\${join(", ", [for output in ${wanted} : "\${output[0]} is \${lookup(${types}, output[1], "not published")}, expected \${output[2]}" ` +
        `if lookup(${types}, output[1], "") != output[2]])}. ` +
        'Deploy orders (us-west-2) first: npx nx run orders:deploy:prod. ' +
        'Or build matching from a commit that reads what is deployed. Nothing was changed.',
    });
  });

  it('asks for those outputs that the code accesses, and for no other', () => {
    const readOf = (access: (outputs: ReturnType<typeof readOutputs<(typeof contract)['outputs']>>) => unknown) => {
      const state = synthesize('us-west-2', (scope) => void access(readOutputs(scope, contract)));
      const names = state.reads.flatMap(({ outputs }) => outputs.map(({ name }) => name));
      return { names, lifecycle: JSON.stringify(readerOf(state, 'Read-order-book-us-west-2')['lifecycle']) };
    };

    expect(readOf(() => undefined)).toEqual({ names: [], lifecycle: undefined });
    expect(readOf((outputs) => Object.keys(outputs)).names).toEqual([]);
    const one = readOf(({ tableName }) => tableName);
    expect(one.names).toEqual(['tableName']);
    expect(one.lifecycle).toContain('table-name');
    expect(one.lifecycle).not.toContain('subnet-ids');
    expect(readOf((outputs) => ({ ...outputs })).names).toEqual(['subnetIds', 'tableName']);
  });

  it('refuses an output that is not there also where nobody checked the types', () => {
    const read = () =>
      synthesize('us-east-1', (scope) => {
        const outputs = readOutputs(scope, contract) as Record<string, unknown>;
        expect(outputs['tableArn']).toBeUndefined();
      });

    expect(read).toThrow(
      new Error(
        'matching in us-east-1 (prod): contract order-book of us-east-1 has no output tableArn in us-east-1, expected one of tableName, subnetIds. Correct the name, or have it published.',
      ),
    );
  });

  it('records what it reads, and where', () => {
    const { publishes, reads } = read();

    const folder = '/trade/prod/us-west-2/order-book';
    expect(reads).toEqual([
      {
        contract: 'order-book',
        region: 'us-west-2',
        store: 'us-west-2',
        hash: HASH,
        outputs: [
          { name: 'subnetIds', parameter: `${folder}/subnet-ids`, type: 'StringList' },
          { name: 'tableName', parameter: `${folder}/table-name`, type: 'String' },
        ],
      },
    ]);
    expect(publishes).toEqual([]);
  });
});

describe('readRegionOutputs', () => {
  it.each(['us-east-1', 'us-west-2'])(
    'reads what us-east-1 makes for both from the own store of a reader in %s',
    (region) => {
      const { reads, outputs } = synthesize(region, (scope) => {
        const made = readRegionOutputs(scope, contract, 'us-east-1');
        new TerraformOutput(scope, 'TableName', { value: made.tableName, staticId: true });
      });

      expect(reads.map(({ region: about, store }) => [about, store])).toEqual([['us-east-1', region]]);
      expect(outputs).toEqual({
        TableName: { value: '${local.order-book-us-east-1["/trade/prod/us-east-1/order-book/table-name"]}' },
      });
    },
  );
});

describe('readPeerOutputs', () => {
  const readPeer = () =>
    synthesize('us-west-2', (scope) => {
      const peer = readPeerOutputs(scope, contract, 'us-east-1');
      new TerraformOutput(scope, 'TableName', { value: peer.tableName, staticId: true });
    });

  it('reads what was mirrored about the peer from its own region, so that a dark peer blocks nothing', () => {
    const state = readPeer();

    const reader = readerOf(state, 'Read-order-book-us-east-1');
    expect(reader['path']).toBe('/trade/prod/us-east-1/order-book');
    expect(reader).not.toHaveProperty('region');
    expect(state.outputs).toEqual({
      TableName: { value: '${local.order-book-us-east-1["/trade/prod/us-east-1/order-book/table-name"]}' },
    });
  });

  it('gives the mirrored outputs and no other', () => {
    let outputs: object = {};
    synthesize('us-west-2', (scope) => {
      outputs = readPeerOutputs(scope, contract, 'us-east-1');
    });

    expect(Object.keys(outputs)).toEqual(['tableName']);
  });

  it('refuses an output that is not mirrored also where nobody checked the types', () => {
    const read = () =>
      synthesize('us-west-2', (scope) => {
        const outputs = readPeerOutputs(scope, contract, 'us-east-1') as Record<string, unknown>;
        expect(outputs['subnetIds']).toBeUndefined();
      });

    expect(read).toThrow(
      new Error(
        "matching in us-west-2 (prod): contract order-book of us-east-1 has no output subnetIds in us-west-2, expected one of tableName. Of another region's outputs only those that are mirrored can be read. Correct the name, or have it published.",
      ),
    );
  });

  it('names the region to deploy and the region where it looked, when nothing was mirrored', () => {
    const [neverPublished] = postconditionsOf(readPeer(), 'Read-order-book-us-east-1');

    expect(neverPublished?.error_message).toBe(
      'matching in us-west-2 (prod): contract order-book of us-east-1 is not published in us-west-2. ' +
        'Deploy orders (us-east-1) first: npx nx run orders:deploy:prod. Nothing was changed.',
    );
  });

  it('records that it reads about the peer in its own region', () => {
    expect(readPeer().reads).toEqual([
      { contract: 'order-book', region: 'us-east-1', store: 'us-west-2', hash: HASH, outputs: [MIRRORED] },
    ]);
  });

  it('stands beside a read of the own region', () => {
    const { reads, locals } = synthesize('us-west-2', (scope) => {
      readOutputs(scope, contract);
      readPeerOutputs(scope, contract, 'us-east-1');
    });

    expect(reads.map(({ region, store }) => [region, store])).toEqual([
      ['us-west-2', 'us-west-2'],
      ['us-east-1', 'us-west-2'],
    ]);
    expect(Object.keys(locals).sort()).toEqual(['order-book-us-east-1', 'order-book-us-west-2']);
  });

  it("refuses the reader's own region", () => {
    expect(() => synthesize('us-west-2', (scope) => readPeerOutputs(scope, contract, 'us-west-2'))).toThrow(
      new Error(
        "contract order-book: the peer region is us-west-2, expected the other one: that is the reader's own. Call readOutputs without a region.",
      ),
    );
  });
});

describe('mirrorOutputs', () => {
  const mirror = () => synthesize('us-west-2', (scope) => mirrorOutputs(scope, contract, 'us-east-1'));

  it("reads the source region's own parameter store", () => {
    const reader = readerOf(mirror(), 'Read-order-book-us-east-1');

    expect(reader['path']).toBe('/trade/prod/us-east-1/order-book');
    expect(reader['region']).toBe('us-east-1');
  });

  it('copies the mirrored outputs alone, under their own names, into its own region', () => {
    const state = mirror();

    expect(parametersOf(state)).toEqual({
      '/trade/prod/us-east-1/order-book/table-name': {
        lifecycle: expect.anything(),
        type: 'String',
        insecure_value: '${local.order-book-us-east-1["/trade/prod/us-east-1/order-book/table-name"]}',
        description: 'Table of orders',
      },
      '/trade/prod/us-east-1/order-book/contract-hash': {
        type: 'String',
        insecure_value: HASH,
        description: 'Shape of contract order-book; readers built against another one are refused',
        depends_on: [expect.stringMatching(/^aws_ssm_parameter\.PublishOrderBook_TableName_[0-9A-F]{8}$/)],
      },
    });
  });

  it('copies a mirrored list as a list', () => {
    const edge = defineContract({ name: 'edge', outputs: { nodeIds: mirrored(textList('Nodes')) } });

    const state = synthesize('us-west-2', (scope) => mirrorOutputs(scope, edge, 'us-east-1'));

    expect(parametersOf(state)['/trade/prod/us-east-1/edge/node-ids']).toEqual({
      lifecycle: expect.anything(),
      type: 'StringList',
      insecure_value: '${join(",", split(",", local.edge-us-east-1["/trade/prod/us-east-1/edge/node-ids"]))}',
      description: 'Nodes',
    });
  });

  it('records that it reads there and publishes here', () => {
    const { publishes, reads } = mirror();

    expect(reads).toEqual([
      { contract: 'order-book', region: 'us-east-1', store: 'us-east-1', hash: HASH, outputs: [MIRRORED] },
    ]);
    expect(publishes).toEqual([{ contract: 'order-book', region: 'us-east-1', store: 'us-west-2', hash: HASH }]);
  });

  it('refuses a contract that mirrors nothing', () => {
    const edge = defineContract({ name: 'edge', outputs: { vpcId: text('VPC') } });

    expect(() => synthesize('us-west-2', (scope) => mirrorOutputs(scope, edge, 'us-east-1'))).toThrow(
      new Error(
        'contract edge: no output is mirrored, expected at least one. Mark an output with mirrored(…) or drop the mirror.',
      ),
    );
  });
});
