import { build } from 'esbuild';
import { defineContract, mirrored, text, textList } from './contract';
import { type ReadParameter, readPublishedOutputs } from './read-published-outputs';

const contract = defineContract({
  name: 'order-book',
  owner: 'orders',
  outputs: { tableName: mirrored(text('Table of orders')), nodeIds: textList('Nodes'), queueUrl: text('Queue') },
});

const EAST = { environmentName: 'prod', parameterRoot: '/trade/prod', region: 'us-east-1' };

/** A parameter store by region and name. */
function readFrom(stores: Readonly<Record<string, Readonly<Record<string, string>>>>): ReadParameter {
  return (name, store) => Promise.resolve(stores[store]?.[name]);
}

describe('outputs read at run time', () => {
  it("are the values in the region's own store, a list as a list", async () => {
    const read = readFrom({
      'us-east-1': {
        '/trade/prod/us-east-1/order-book/table-name': 'orders',
        '/trade/prod/us-east-1/order-book/node-ids': 'a,b',
      },
    });

    const values: { tableName: string; nodeIds: string[] } = await readPublishedOutputs(
      read,
      contract,
      ['tableName', 'nodeIds'],
      EAST,
    );

    expect(values).toEqual({ tableName: 'orders', nodeIds: ['a', 'b'] });
  });

  it('are those that are asked for: others may be missing', async () => {
    const read = readFrom({ 'us-east-1': { '/trade/prod/us-east-1/order-book/queue-url': 'q' } });

    expect(await readPublishedOutputs(read, contract, ['queueUrl'], EAST)).toEqual({ queueUrl: 'q' });
  });

  it('are read from the store that they are mirrored to', async () => {
    const read = readFrom({ 'us-west-2': { '/trade/prod/us-east-1/order-book/table-name': 'orders' } });

    expect(await readPublishedOutputs(read, contract, ['tableName'], { ...EAST, store: 'us-west-2' })).toEqual({
      tableName: 'orders',
    });
  });

  it('are by type those that the contract has, and in another store those that it mirrors', () => {
    const never = () => new Promise<undefined>(() => undefined);

    // @ts-expect-error no such output
    void readPublishedOutputs(never, contract, ['queueName'], EAST);
    // @ts-expect-error not mirrored
    void readPublishedOutputs(never, contract, ['queueUrl'], { ...EAST, store: 'us-west-2' });
  });

  it('name everything that is missing, and the command that publishes it', async () => {
    const read = readFrom({ 'us-east-1': { '/trade/prod/us-east-1/order-book/node-ids': 'a' } });

    await expect(readPublishedOutputs(read, contract, ['tableName', 'nodeIds', 'queueUrl'], EAST)).rejects.toThrow(
      'contract order-book of us-east-1 (prod): tableName, queueUrl not published in us-east-1, ' +
        'expected at /trade/prod/us-east-1/order-book/table-name, /trade/prod/us-east-1/order-book/queue-url. ' +
        'Deploy orders (us-east-1) first: npx nx run orders:deploy:prod.',
    );
  });

  it('name the store where a mirror is missing', async () => {
    const read = readPublishedOutputs(readFrom({}), contract, ['tableName'], { ...EAST, store: 'us-west-2' });

    await expect(read).rejects.toThrow(
      'contract order-book of us-east-1 (prod): tableName not published in us-west-2, ' +
        'expected at /trade/prod/us-east-1/order-book/table-name. ' +
        'Deploy orders (us-east-1) first: npx nx run orders:deploy:prod.',
    );
  });

  it('fail with what the store fails with', async () => {
    const denied = new Error('AccessDeniedException');

    await expect(readPublishedOutputs(() => Promise.reject(denied), contract, ['queueUrl'], EAST)).rejects.toBe(denied);
  });
});

describe('a program that reads contracts at run time', () => {
  it('has nothing of CDKTF in its bundle', async () => {
    const { metafile } = await build({
      stdin: {
        contents: "export { defineContract, readPublishedOutputs } from './index'",
        resolveDir: __dirname,
        loader: 'ts',
      },
      bundle: true,
      platform: 'node',
      write: false,
      metafile: true,
    });

    expect(Object.keys(metafile.inputs)).toContainEqual(expect.stringMatching(/read-published-outputs\.ts$/));
    const [output] = Object.values(metafile.outputs);
    const bundled = Object.entries(output?.inputs ?? {}).filter(([, { bytesInOutput }]) => bytesInOutput > 0);
    expect(bundled.map(([file]) => file).filter((file) => file.includes('node_modules'))).toEqual([]);
  });
});
