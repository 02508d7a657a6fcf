import { createAwsPorts } from './create-aws-ports';
import { SETTINGS, TARGETS } from './settings-for-test';

/** Options that each client was made with, in the order of construction. */
const made: { readonly client: string; readonly options: unknown }[] = [];

/** Inputs of the calls. */
const sent: unknown[] = [];

/** The SDK itself, except that its clients are noted, and answer nothing. */
function noted(module: string, name: string) {
  return {
    ...jest.requireActual<object>(module),
    [name]: class {
      constructor(options: unknown) {
        made.push({ client: name, options });
      }
      send = ({ input }: { readonly input: unknown }) => {
        sent.push(input);
        return Promise.reject(Object.assign(new Error('nothing is called'), { $metadata: { httpStatusCode: 429 } }));
      };
    },
  };
}

jest.mock('@aws-sdk/client-cloudwatch', () => noted('@aws-sdk/client-cloudwatch', 'CloudWatchClient'));
jest.mock('@aws-sdk/client-dynamodb', () => noted('@aws-sdk/client-dynamodb', 'DynamoDBClient'));
jest.mock('@aws-sdk/client-lambda', () => noted('@aws-sdk/client-lambda', 'LambdaClient'));
jest.mock('@aws-sdk/client-rds', () => noted('@aws-sdk/client-rds', 'RDSClient'));
jest.mock('@aws-sdk/client-rds-data', () => noted('@aws-sdk/client-rds-data', 'RDSDataClient'));
jest.mock('@aws-sdk/client-sns', () => noted('@aws-sdk/client-sns', 'SNSClient'));

describe('the clients of a recovery', () => {
  it('report a run in the witness region', async () => {
    const ports = createAwsPorts('us-west-2', TARGETS, SETTINGS, { report: () => undefined, measure: () => undefined });
    made.splice(0);

    await ports.reportRun(new AbortController().signal).catch(() => undefined);

    expect(made.map(({ client, options }) => [client, options])).toEqual([
      ['CloudWatchClient', expect.objectContaining({ region: 'us-east-2', maxAttempts: 1 })],
    ]);
  });

  it('are all in its own region, by name, and repeat nothing, but for the one of the other replica of the table', () => {
    made.splice(0);

    createAwsPorts('us-west-2', TARGETS, SETTINGS, { report: () => undefined, measure: () => undefined });

    expect(made.map(({ client, options }) => `${client} ${(options as { region: string }).region}`).sort()).toEqual([
      'DynamoDBClient us-east-1',
      'DynamoDBClient us-west-2',
      'SNSClient us-west-2',
    ]);
    for (const { options } of made) expect(options).toMatchObject({ maxAttempts: 1 });
  });

  it("of the primary's region are made when a failback asks for its lag or its proof, and no sooner", async () => {
    const ports = createAwsPorts('us-west-2', TARGETS, SETTINGS, { report: () => undefined, measure: () => undefined });
    const { signal } = new AbortController();
    made.splice(0);

    // Neither knows a cluster there before the database was described: what they fail with is another matter.
    await Promise.resolve()
      .then(() => ports.newestLag('us-east-1', signal))
      .catch(() => undefined);
    await ports.proveWrite('us-east-1', 7, null, signal).catch(() => undefined);

    expect(made.map(({ client, options }) => [client, options])).toEqual([
      ['CloudWatchClient', expect.objectContaining({ region: 'us-east-1', maxAttempts: 1 })],
      ['RDSDataClient', expect.objectContaining({ region: 'us-east-1', maxAttempts: 1 })],
    ]);
  });

  it('invoke the check of the region that is asked for, in that region', async () => {
    const ports = createAwsPorts('us-west-2', TARGETS, SETTINGS, { report: () => undefined, measure: () => undefined });
    for (const all of [made, sent]) all.splice(0);

    const { outcome } = await ports.probeDeep('us-east-1', new AbortController().signal);

    expect(outcome).toBe('unknown');
    expect(made).toEqual([{ client: 'LambdaClient', options: { region: 'us-east-1', maxAttempts: 1 } }]);
    expect(sent).toEqual([{ FunctionName: TARGETS.primaryRegionCheckArn, Payload: '{"path":"/able"}' }]);
  });

  it('invoke nothing where the release before deployed no such function: its public URL is asked', async () => {
    const targets = { ...TARGETS, primaryRegionCheckArn: '', standbyRegionCheckArn: '' };
    const ports = createAwsPorts('us-west-2', targets, SETTINGS, { report: () => undefined, measure: () => undefined });
    const asked = jest.spyOn(globalThis, 'fetch').mockResolvedValue(new Response('region-able'));
    sent.splice(0);

    const { outcome } = await ports.probeDeep('us-east-1', new AbortController().signal);

    expect(outcome).toBe('answered');
    expect(asked).toHaveBeenCalledWith('https://primary.invalid/able', expect.anything());
    expect(sent).toEqual([]);
    asked.mockRestore();
  });
});
