import { invokeCanary, readCanary } from './invoke-canary';

const ARN = 'arn:aws:lambda:us-east-1:111111111111:function:dr-test-write-canary';
const answering = (answer: object) => ({ send: jest.fn(async () => answer) });
const payload = (value: unknown) => ({ Payload: new TextEncoder().encode(JSON.stringify(value)) });
const ask = (client: ReturnType<typeof answering>) =>
  invokeCanary(client as unknown as Parameters<typeof invokeCanary>[0], ARN, new AbortController().signal);

it('gives what the canary found', async () => {
  const client = answering(payload({ outcome: 'refused', problem: '25006' }));

  expect(await ask(client)).toEqual({ outcome: 'refused', problem: '25006' });
  expect(client.send).toHaveBeenCalledWith(
    expect.objectContaining({ input: { FunctionName: ARN } }),
    expect.objectContaining({ abortSignal: expect.anything() }),
  );
});

it("gives the database's clock at a write that was taken", async () => {
  expect(await ask(answering(payload({ outcome: 'taken', writtenAtMs: 1_780_315_200_000 })))).toEqual({
    outcome: 'taken',
    writtenAtMs: 1_780_315_200_000,
  });
});

describe("what another region's canary wrote", () => {
  const read = (client: ReturnType<typeof answering>) =>
    readCanary(
      client as unknown as Parameters<typeof readCanary>[0],
      ARN,
      { read: 'us-west-2' },
      new AbortController().signal,
    );

  it.each([1_780_315_200_000, null])('is read: %s', async (writtenAtMs) => {
    const client = answering(payload({ writtenAtMs }));

    expect(await read(client)).toBe(writtenAtMs);
    expect(client.send).toHaveBeenCalledWith(
      expect.objectContaining({ input: { FunctionName: ARN, Payload: '{"read":"us-west-2"}' } }),
      expect.anything(),
    );
  });

  it.each([
    ['failed', { FunctionError: 'Unhandled', ...payload({ writtenAtMs: 1 }) }],
    ['wrote instead, as that of the release before', payload({ outcome: 'unknown' })],
  ])('is unknown where the function %s', async (_what, answer) => {
    await expect(read(answering(answer))).rejects.toMatchObject({ name: 'CanaryFailed' });
  });
});

it.each([
  ['failed', { FunctionError: 'Unhandled', ...payload({ outcome: 'refused' }) }],
  ['answered something else', payload({ outcome: 'dead' })],
  ['answered nothing', payload({})],
])('knows nothing of writes where the function %s', async (_what, answer) => {
  await expect(ask(answering(answer))).rejects.toMatchObject({ name: 'CanaryFailed' });
});
