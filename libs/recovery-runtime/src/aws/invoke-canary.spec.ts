import { invokeCanary } from './invoke-canary';

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

it.each([
  ['failed', { FunctionError: 'Unhandled', ...payload({ outcome: 'refused' }) }],
  ['answered something else', payload({ outcome: 'dead' })],
  ['answered nothing', payload({})],
])('knows nothing of writes where the function %s', async (_what, answer) => {
  await expect(ask(answering(answer))).rejects.toMatchObject({ name: 'CanaryFailed' });
});
