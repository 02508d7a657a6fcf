import { TradeConflictError } from './trade-store';
import { WriterPool } from './writer-pool';

/** Pools that were opened, in order, each with what became of it. */
let opened: { ended: boolean; released: (boolean | undefined)[] }[];
let writer: WriterPool;

beforeEach(() => {
  opened = [];
  writer = new WriterPool(() => {
    const pool = { ended: false, released: [] as (boolean | undefined)[] };
    opened.push(pool);
    return {
      connect: async () => ({
        query: async () => ({ rows: [] }),
        release: (destroy) => void pool.released.push(destroy),
      }),
      end: async () => void (pool.ended = true),
    };
  });
});

const failWith = (error: object) => writer.use(4, () => Promise.reject(error)).catch(() => undefined);

it('keeps its connections for one epoch, and lends them again', async () => {
  await writer.use(4, async () => 1);
  await writer.use(4, async () => 2);

  expect(opened).toEqual([{ ended: false, released: [undefined, undefined] }]);
});

it('is emptied when the epoch changes: the writer may be another', async () => {
  await writer.use(4, async () => 1);
  await writer.use(5, async () => 2);

  expect(opened).toEqual([
    { ended: true, released: [undefined] },
    { ended: false, released: [undefined] },
  ]);
});

it.each([
  ['the server became read-only', { severity: 'ERROR', code: '25006' }],
  ['the server shuts down', { severity: 'FATAL', code: '57P01' }],
  ['the connection broke', Object.assign(new Error('Connection terminated unexpectedly'))],
  ['nothing answers in time', Object.assign(new Error('Query read timeout'))],
])('is emptied when %s', async (_what, error) => {
  await failWith(error);
  await writer.use(4, async () => 1);

  expect(opened).toEqual([
    { ended: true, released: [true] },
    { ended: false, released: [undefined] },
  ]);
});

it.each([
  ['the server refused a statement', { severity: 'ERROR', code: '23505' }],
  ['the trade was refused', new TradeConflictError('used')],
])('is kept when %s', async (_what, error) => {
  await failWith(error);

  expect(opened).toEqual([{ ended: false, released: [false] }]);
});
