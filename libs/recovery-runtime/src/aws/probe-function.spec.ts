import { probeFunction } from './probe-function';

const ASKED = {
  via: 'health check',
  functionArn: 'arn:aws:lambda:us-east-1:111111111111:function:dr-test-region-check',
  path: '/able',
  text: 'region-able',
};
type Client = Parameters<typeof probeFunction>[0];
const answer = (value: unknown, more: object = {}) => ({
  ...more,
  Payload: new TextEncoder().encode(JSON.stringify(value)),
});
const refusal = (httpStatusCode?: number) =>
  Object.assign(new Error('refused'), httpStatusCode === undefined ? {} : { $metadata: { httpStatusCode } });

const probe = (send: jest.Mock, timeoutMs = 2_000, signal = new AbortController().signal) =>
  probeFunction({ send } as unknown as Client, ASKED, timeoutMs, signal, () => 0);

describe('a probe of a function', () => {
  it('invokes it with the path, as a load balancer does', async () => {
    const send = jest.fn(async () => answer({ statusCode: 200, body: 'region-able' }));

    expect(await probe(send)).toEqual({ via: 'health check', outcome: 'answered', latencyMs: 0 });
    expect(send).toHaveBeenCalledWith(
      expect.objectContaining({ input: { FunctionName: ASKED.functionArn, Payload: '{"path":"/able"}' } }),
      { abortSignal: expect.any(AbortSignal) },
    );
  });

  it.each<[string, object, string]>([
    ['says another text', answer({ statusCode: 200, body: 'region-unable' }), 'failed'],
    ['says it with another status', answer({ statusCode: 503, body: 'region-able' }), 'failed'],
    ['ends in an error', answer({ statusCode: 200, body: 'region-able' }, { FunctionError: 'Unhandled' }), 'failed'],
    ['answers nothing', answer(null), 'failed'],
    ['has no payload', {}, 'failed'],
  ])('of one that %s has failed', async (_what, given, outcome) => {
    expect((await probe(jest.fn(async () => given))).outcome).toBe(outcome);
  });

  it.each([
    [429, 'unknown'],
    [403, 'unknown'],
    [404, 'failed'],
    [500, 'failed'],
    [undefined, 'failed'],
  ])('that is refused with %s is %s', async (status, outcome) => {
    expect((await probe(jest.fn(() => Promise.reject(refusal(status))))).outcome).toBe(outcome);
  });

  it('is silent once its time is over, or with whoever asked for it', async () => {
    const hanging = () =>
      jest.fn(
        (_command: unknown, { abortSignal }: { abortSignal: AbortSignal }) =>
          new Promise((_, reject) => abortSignal.addEventListener('abort', () => reject(new Error('aborted')))),
      );
    const asker = new AbortController();
    const asked = probe(hanging(), 60_000, asker.signal);
    asker.abort();

    expect((await probe(hanging(), 20)).outcome).toBe('silent');
    expect((await asked).outcome).toBe('silent');
  });
});
