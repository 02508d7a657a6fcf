import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { awsAccount } from '../accounts/aws-account';
import { moveResources, type Moves } from './move-resources';
import { openState, type OpenState } from './state-run';

// Real Terraform; `terraform_data` is built in, so nothing is fetched and no account is asked.
jest.setTimeout(60_000);

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'dr-move-'))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

type Inputs = Readonly<Record<string, string>>;

/** Opens a state that is configured with resources of some inputs. */
function open(name: string, inputs: Inputs): Promise<OpenState> {
  const resources = Object.fromEntries(Object.entries(inputs).map(([id, input]) => [id, { input }]));
  return openState({
    entry: { name, region: 'us-east-1', folder: '', digest: '', publishes: [], reads: [] },
    terraformJson: {
      terraform: { backend: { local: { path: 'terraform.tfstate' } } },
      ...(Object.keys(inputs).length === 0 ? {} : { resource: { terraform_data: resources } }),
    },
    workFolder: join(folder, name),
    binary: 'terraform',
    account: awsAccount,
    commandLine: 'stacks move',
    destination: { environment: 'local', account: 'sandbox' },
    interrupt: new AbortController().signal,
    initialised: new Map(),
    onProgress: () => undefined,
    onWarning: () => undefined,
  });
}

/** Plans a state, and applies it where it is to be. @returns the actions of the plan */
async function plan(name: string, inputs: Inputs, apply = false): Promise<readonly string[]> {
  const state = await open(name, inputs);
  const planned = await state.plan({ destroy: false });
  if (apply && planned.hasChanges) await state.apply(planned);
  await state.close();
  return planned.changes.map(({ action, address }) => `${action} ${address}`);
}

type Broken = (held: OpenState, name: string) => OpenState;

/** Moves resources from the state `data` to the state `orders`. */
async function moveTo(moves: Moves, broken: Broken = (held) => held): Promise<readonly string[]> {
  const source = await open('data', {});
  const target = await open('orders', {});
  try {
    const [from, to] = [
      { name: 'data', held: broken(source, 'data') },
      { name: 'orders', held: broken(target, 'orders') },
    ];
    return await moveResources('terraform', from, to, moves);
  } finally {
    await source.close();
    await target.close();
  }
}

const QUEUE = 'terraform_data.Queue';

describe('resources that are moved between states', () => {
  it.each([
    ['that holds others', { Own: 'own' }],
    ['that holds nothing yet', {}],
  ] as [string, Inputs][])('are in a state %s, and no plan changes anything', async (_what, own) => {
    await plan('data', { Queue: 'orders', Kept: 'kept' }, true);
    await plan('orders', own, true);

    const moved = await moveTo(new Map([[QUEUE, 'terraform_data.Orders']]));

    expect(moved).toEqual(['terraform_data.Orders']);
    expect(await plan('data', { Kept: 'kept' })).toEqual([]);
    expect(await plan('orders', { ...own, Orders: 'orders' })).toEqual([]);
    expect(readdirSync(join(folder, 'data')).filter((name) => name.includes('mov'))).toEqual([]);
  });

  it('are moved when a command is run again that died after the first of both states was saved', async () => {
    await plan('data', { Queue: 'orders', Kept: 'kept' }, true);
    const dying = moveTo(new Map([[QUEUE, QUEUE]]), (held, name) =>
      name === 'orders' ? held : { ...held, pushState: () => Promise.reject(new Error('killed')) },
    );
    await expect(dying).rejects.toThrow('killed');
    const inBoth = [readFileSync(join(folder, 'data/terraform.tfstate'), 'utf8')].filter((text) =>
      text.includes('Queue'),
    );

    await moveTo(new Map([[QUEUE, QUEUE]]));

    expect(inBoth).toHaveLength(1);
    expect(await plan('data', { Kept: 'kept' })).toEqual([]);
    expect(await plan('orders', { Queue: 'orders' })).toEqual([]);
  });

  it('are moved when a command is run again that was killed before either state was saved', async () => {
    await plan('data', { Queue: 'orders', Kept: 'kept' }, true);
    cpSync(join(folder, 'data/terraform.tfstate'), join(folder, 'data/moving/to.tfstate'));

    await moveTo(new Map([[QUEUE, QUEUE]]));

    expect(await plan('orders', { Queue: 'orders' })).toEqual([]);
  });

  it('stay moved when a command is run again that ended', async () => {
    await plan('data', { Queue: 'orders', Kept: 'kept' }, true);
    await moveTo(new Map([[QUEUE, QUEUE]]));

    expect(await moveTo(new Map([[QUEUE, QUEUE]]))).toEqual([QUEUE]);
    expect(await plan('orders', { Queue: 'orders' })).toEqual([]);
  });

  it.each([
    ['data', 'orders has what was to be moved, and data has it still: a deploy of data would destroy it.'],
    [
      'orders',
      'Nothing was changed. Where another run had the state, or has saved it meanwhile, type the same command again.',
    ],
  ])('are refused where another clone saved %s meanwhile, which is kept', async (late, words) => {
    await plan('data', { One: 'one', Two: 'two', Three: 'three' }, true);
    await plan('orders', { Own: 'own' }, true);
    const file = join(folder, late, 'terraform.tfstate');
    const moves = new Map(['One', 'Two', 'Three'].map((id) => [`terraform_data.${id}`, `terraform_data.${id}`]));

    const moving = moveTo(moves, (held, name) => ({
      ...held,
      async pullState() {
        const text = await held.pullState();
        const { serial, ...rest } = JSON.parse(text);
        const outputs = { late: { value: 'kept', type: 'string' } };
        if (name === late) writeFileSync(file, JSON.stringify({ ...rest, serial: serial + 1, outputs }));
        return text;
      },
    }));

    await expect(moving).rejects.toThrow(words);
    expect(readFileSync(file, 'utf8')).toContain('late');
  });

  it('are not taken for another resource of a type that has no id', async () => {
    await plan('data', { Queue: 'orders' }, true);
    await plan('orders', { Queue: 'another' }, true);
    const withoutId = (held: OpenState) => ({
      ...held,
      pullState: async () => (await held.pullState()).replace(/"id": "[^"]*",/, ''),
    });

    await expect(moveTo(new Map([[QUEUE, QUEUE]]), withoutId)).rejects.toThrow(
      `orders: ${QUEUE} is another resource there, expected free addresses.`,
    );
  });

  it('are refused where one is not there, or its address is taken, and nothing is moved', async () => {
    await plan('data', { Queue: 'orders' }, true);
    await plan('orders', { Queue: 'another' }, true);

    await expect(moveTo(new Map([['terraform_data.Quue', QUEUE]]))).rejects.toThrow(
      'data: holds no terraform_data.Quue, expected addresses of its resources. Did you mean terraform_data.Queue? Nothing was changed.',
    );
    await expect(moveTo(new Map([[QUEUE, QUEUE]]))).rejects.toThrow(
      `orders: ${QUEUE} is another resource there, expected free addresses. Nothing was changed.`,
    );
    expect(await plan('data', { Queue: 'orders' })).toEqual([]);
  });
});
