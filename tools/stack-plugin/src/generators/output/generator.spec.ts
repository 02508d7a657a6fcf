import { rmSync } from 'node:fs';
import { logger } from '@nx/devkit';
import { TestWorkspace } from '../test-workspace';
import outputGenerator, { type OutputOptions } from './generator';

// Formats by a Prettier of the workspace, of which this one has none.
jest.mock('@nx/devkit', () => ({ ...jest.requireActual('@nx/devkit'), formatFiles: jest.fn() }));

const CONTRACT = 'apps/orders/src/contract.ts';
const STATE = 'apps/orders/src/orders-state.ts';
const QUEUE_ARN = { stack: 'orders', name: 'queueArn', description: 'ARN of the queue', value: 'queue.arn' };

const FILES = {
  'nx.json': '{ "plugins": ["./tools/stack-plugin/nx/plugin.cjs"] }',
  'apps/orders/src/main.ts': 'new OrdersState(app);\n',
  [CONTRACT]: `import { defineContract, text } from '@dr/stack-contracts';

/** Queues of orders. */
export const ordersContract = defineContract({
  name: 'orders',
  outputs: {
    queueUrl: text('Queue that orders are sent to'),
  },
});
`,
  [STATE]: `import { publishOutputs } from '@dr/stack-contracts';
import { ordersContract } from './contract';

export class OrdersState extends PlatformState {
  constructor(app: PlatformApp) {
    super(app, 'orders');
    const queue = new SqsQueue(this, 'Queue', {});
    const subnetIds = [queue.url];

    publishOutputs(this, ordersContract, { queueUrl: queue.url });
  }
}
`,
};

let workspace: TestWorkspace;
let said: jest.SpyInstance;
let warned: jest.SpyInstance;

function open(files: Readonly<Record<string, string>>): void {
  workspace = new TestWorkspace({ ...FILES, ...files });
}

beforeEach(() => {
  said = jest.spyOn(logger, 'info').mockImplementation();
  warned = jest.spyOn(logger, 'warn').mockImplementation();
  open({});
});

afterEach(() => {
  rmSync(workspace.root, { recursive: true });
});

const generate = (options: OutputOptions) => workspace.run((tree) => outputGenerator(tree, options));

describe('a new output', () => {
  it('is in the contract and in its publication, and nothing else is changed', async () => {
    expect(await generate(QUEUE_ARN)).toEqual({
      [CONTRACT]: FILES[CONTRACT].replace("sent to'),\n", "sent to'),\n    queueArn: text('ARN of the queue'),\n"),
      [STATE]: FILES[STATE].replace('queue.url });', 'queue.url, queueArn: queue.arn });'),
    });
  });

  it('may be a mirrored list, whose makers are imported, and which a mirror has to copy', async () => {
    const { value: _value, ...subnets } = { ...QUEUE_ARN, name: 'subnetIds', description: 'Private subnets' };

    const written = await generate({ ...subnets, type: 'list', mirrored: true });

    expect(written[CONTRACT]).toContain(
      "import { defineContract, mirrored, text, textList } from '@dr/stack-contracts';",
    );
    expect(written[CONTRACT]).toContain("    subnetIds: mirrored(textList('Private subnets')),\n");
    expect(written[STATE]).toContain('{ queueUrl: queue.url, subnetIds }');
    expect(warned.mock.calls.flat()).toEqual([
      'orders: nothing copies mirrored outputs of ordersContract to the other region yet. Add to main.ts: new ContractMirror(app, ordersContract, <from>, <to>)',
    ]);
  });

  it('comes after the comments of the one before it', async () => {
    open({ [CONTRACT]: FILES[CONTRACT].replace("sent to'),\n", "sent to') // since 2025\n") });

    const written = await generate(QUEUE_ARN);

    expect(written[CONTRACT]).toContain("sent to'), // since 2025\n    queueArn: text('ARN of the queue'),\n  },");
  });

  it('is copied already where the contract has a mirror', async () => {
    open({ 'apps/orders/src/main.ts': 'new ContractMirror(app, ordersContract, primary, standby);\n' });

    await generate({ ...QUEUE_ARN, mirrored: true });

    expect(warned).not.toHaveBeenCalled();
  });

  it('is published by every state that publishes its contract', async () => {
    open({ 'apps/orders/src/other-state.ts': FILES[STATE].replace('OrdersState', 'OtherState') });

    const written = await generate(QUEUE_ARN);

    expect(Object.keys(written).sort()).toEqual([CONTRACT, STATE, 'apps/orders/src/other-state.ts'].sort());
  });

  it('is in the contract that is named, of several', async () => {
    const keys = "\nexport const keysContract = defineContract({ name: 'keys', owner: 'orders', outputs: {} });\n";
    open({
      [CONTRACT]: FILES[CONTRACT] + keys,
      'apps/orders/src/keys-state.ts': `import { publishOutputs } from '@dr/stack-contracts';
import { key } from './key';
publishOutputs(state, keysContract, {});
`,
    });

    const written = await generate({ ...QUEUE_ARN, name: 'keyArn', value: 'key.arn', contract: 'keys' });

    expect(written[CONTRACT]).toContain("outputs: { keyArn: text('ARN of the queue') } });");
    expect(written['apps/orders/src/keys-state.ts']).toContain('keysContract, { keyArn: key.arn });');
    expect(written).not.toHaveProperty([STATE]);
  });

  it('is in one file, where contract and state are', async () => {
    open({
      [CONTRACT]: '',
      [STATE]: `import { defineContract as define, publishOutputs, text as t } from '@dr/stack-contracts';

const ordersContract = define({ name: 'orders', outputs: { queueUrl: t("The shop's queue") } });
publishOutputs(this, ordersContract, {
  queueUrl: queue.url,
});
const queue = 0;
`,
    });

    const written = await generate({ ...QUEUE_ARN, description: "The shop's ARN" });

    expect(written[STATE]).toContain(`{ queueUrl: t("The shop's queue"), queueArn: t("The shop's ARN") }`);
    expect(written[STATE]).toContain('  queueUrl: queue.url,\n  queueArn: queue.arn,\n});');
  });
});

describe('what is there', () => {
  it('stays, and is the whole of it the second time', async () => {
    await generate(QUEUE_ARN);
    said.mockClear();

    expect(await generate(QUEUE_ARN)).toEqual({});
    expect(said.mock.calls.flat()).toEqual([
      'ordersContract of orders: output queueArn is there, and is published. Nothing to change.',
    ]);
  });

  it('stays with its description and its value, of which the first is said', async () => {
    await generate(QUEUE_ARN);

    expect(await generate({ ...QUEUE_ARN, description: 'Another', value: 'queue.url' })).toEqual({});
    expect(said.mock.calls.flat()).toContain(`${CONTRACT}: the description of queueArn stays: ARN of the queue`);
  });

  it('is completed where it is the half of an output', async () => {
    await workspace.run(async (tree) =>
      tree.write(CONTRACT, FILES[CONTRACT].replace("sent to'),\n", "sent to'),\n    queueArn: text('By hand'),\n")),
    );

    expect(Object.keys(await generate({ ...QUEUE_ARN, description: 'By hand' }))).toEqual([STATE]);
  });
});

describe('what cannot be', () => {
  const refused: readonly [string, OutputOptions, string][] = [
    [
      'a stack that there is none of',
      { ...QUEUE_ARN, stack: 'order' },
      "stack is order, expected one of orders. Did you mean orders? Nothing was changed. Type: npx nx g @dr/stack-plugin:output <stack> queueArn --description='<what it is>'",
    ],
    [
      'a name in kebab-case, without a description, with a value of two statements',
      { stack: 'orders', name: 'queue-arn', value: 'queue.arn; exit()' },
      "name is queue-arn, expected camel case, such as queueArn; --description is missing, expected what the value is, for its readers; --value is queue.arn; exit(), expected one expression of TypeScript, such as queue.arn. Nothing was changed. Type: npx nx g @dr/stack-plugin:output orders queueArn --description='<what it is>' --value=<expression>",
    ],
    [
      'a name that the hash of the contract has',
      { ...QUEUE_ARN, name: 'contractHash' },
      "name is contractHash, expected another: the contract's own hash has that parameter. Nothing was changed. Type: npx nx g @dr/stack-plugin:output orders contractHash --description='<what it is>' --value=<expression>",
    ],
    [
      'a keyword without a value: no constant has that name',
      { stack: 'orders', name: 'class', description: 'Class of the queue' },
      "--value is missing, expected an expression such as queue.arn: no constant is class. Nothing was changed. Type: npx nx g @dr/stack-plugin:output orders class --description='<what it is>' --value=<expression>",
    ],
    [
      'an output that is there with another type',
      { ...QUEUE_ARN, name: 'queueUrl', type: 'list' },
      "apps/orders/src/contract.ts:7: output queueUrl is there as a text, expected a list: its readers rely on its type. Nothing was changed. Add one of another name: npx nx g @dr/stack-plugin:output orders <output> --description='<what it is>'",
    ],
    [
      'an output that is there and is not mirrored',
      { ...QUEUE_ARN, name: 'queueUrl', mirrored: true },
      "apps/orders/src/contract.ts:7: output queueUrl is there as a text, expected a mirrored text: its readers rely on its type. Nothing was changed. Add one of another name: npx nx g @dr/stack-plugin:output orders <output> --description='<what it is>'",
    ],
    [
      'a contract that there is none of',
      { ...QUEUE_ARN, contract: 'keys' },
      "--contract is keys, expected one of those that orders defines: orders. Nothing was changed. Type: npx nx g @dr/stack-plugin:output orders queueArn --contract=<contract> --description='<what it is>'",
    ],
    [
      'a value of a name that its state does not have',
      { ...QUEUE_ARN, value: 'que.arn.map((arn) => arn.length)' },
      "--value is que.arn.map((arn) => arn.length), expected an expression of names that apps/orders/src/orders-state.ts has; it has no que. Did you mean queue? Nothing was changed. Type: npx nx g @dr/stack-plugin:output orders queueArn --description='<what it is>' --value=<expression>, such as queue.arn",
    ],
  ];

  it.each(refused)('is refused: %s', async (_what, options, message) => {
    const tree = workspace.tree();

    await expect(outputGenerator(tree, options)).rejects.toThrow(new Error(message));
    expect(tree.listChanges()).toEqual([]);
  });

  it.each([
    [
      'no contract in place',
      { [CONTRACT]: '' },
      'orders: no contract is defined in apps/orders/src, expected defineContract({ name, outputs }) with an object in its place. Nothing was changed. Write one first, in src/contract.ts.',
    ],
    [
      'no publication',
      { [STATE]: '' },
      'orders: no source in apps/orders/src calls publishOutputs(this, ordersContract, …), expected a state that publishes it. Nothing was changed. Write that call first.',
    ],
    [
      'a publication of a variable',
      { [STATE]: FILES[STATE].replace('{ queueUrl: queue.url }', 'outputs') },
      'apps/orders/src/orders-state.ts:10: outputs are published that are not an object in its place, expected one. Nothing was changed. Add by hand: queueArn: queue.arn',
    ],
  ])('is refused where there is %s', async (_what, files, message) => {
    open(files);

    await expect(generate(QUEUE_ARN)).rejects.toThrow(new Error(message));
  });
});
