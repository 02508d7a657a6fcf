import { Clients } from './clients';

const EAST = 'dr-local-1.us-east-1.elb.amazonaws.com';
const WEST = 'dr-local-2.us-west-2.elb.amazonaws.com';

let target = EAST;
let asked: string[] = [];
const fetching = jest.spyOn(globalThis, 'fetch').mockImplementation((url, { body, method = 'GET' } = {}) => {
  asked.push(`${method} ${url as string} ${(body as string | undefined) ?? ''}`.trim());
  return Promise.resolve(new Response('', { status: (url as string).includes(target) ? 201 : 503 }));
});
afterAll(() => fetching.mockRestore());
beforeEach(() => {
  target = EAST;
  asked = [];
});

const written = () => Promise.resolve();

function clientsWith(sendOrders: boolean): Clients {
  return new Clients({
    serviceName: 'trade.example.com',
    entryPath: '/healthz',
    resolve: () => Promise.resolve({ target, ttlSeconds: 0 }),
    writes: { keyOf: (id) => `run-${id}`, writeEventually: written, writeSql: async () => 1, writeStrongly: written },
    sendOrders,
    clock: () => performance.now(),
  });
}

async function untilTries(clients: Clients, tries: number): Promise<void> {
  const enough = () => [clients.keepingAnswer, ...clients.kinds.map(({ attempts }) => attempts)];
  while (enough().some(({ length }) => length < tries)) await new Promise((resolve) => setTimeout(resolve, 20));
}

const regionsOf = (attempts: readonly { readonly region: string | null }[]) => attempts.map(({ region }) => region);

it('asks the entry for ever where DNS led first, by the one client that keeps its answer from its start', async () => {
  const clients = clientsWith(false);

  clients.start();
  clients.startKeepingAnswer();
  await untilTries(clients, 1);
  target = WEST;
  await untilTries(clients, 2);
  await clients.stop();

  expect(regionsOf(clients.keepingAnswer).slice(0, 2)).toEqual(['us-east-1', null]);
  expect(regionsOf(clients.kinds.find(({ tier }) => tier === 'entry')?.attempts ?? []).slice(0, 2)).toEqual([
    'us-east-1',
    'us-west-2',
  ]);
});

it('sends orders through the entry where tasks take them, each with a key of its own', async () => {
  const clients = clientsWith(true);

  clients.start();
  clients.startKeepingAnswer();
  await untilTries(clients, 2);
  await clients.stop();

  const [orders] = clients.kinds.filter(({ tier }) => tier === 'orders');
  const sent = asked.filter((line) => line.startsWith('PUT'));
  expect(sent).toEqual(orders?.acknowledged.map(({ id }) => `PUT https://${EAST}/trades/run-${id} {"order":"${id}"}`));
  expect(new Set(sent).size).toBe(sent.length);
});
