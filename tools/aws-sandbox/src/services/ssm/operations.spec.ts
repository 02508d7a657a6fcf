import {
  DeleteParameterCommand,
  GetParameterCommand,
  GetParameterHistoryCommand,
  type PutParameterCommandInput,
  PutParameterCommand,
  SSMClient,
} from '@aws-sdk/client-ssm';
import { TestSandbox } from '../../testing/test-sandbox';

let aws: TestSandbox;
let client: SSMClient;

beforeEach(async () => {
  aws = await TestSandbox.start();
  client = new SSMClient(aws.client('us-west-2'));
});

afterEach(async () => {
  client.destroy();
  await aws.close();
  expect(aws.defects).toEqual([]);
});

const NAME = '/dr/local/us-west-2/_states/network-us-west-2';

const put = (change: Partial<PutParameterCommandInput>) =>
  client.send(new PutParameterCommand({ Name: NAME, Type: 'String', Value: 'x', Overwrite: true, ...change }));

async function history(change: { MaxResults?: number; WithDecryption?: boolean } = {}) {
  const pages = [];
  let token: string | undefined;
  do {
    const page = await client.send(new GetParameterHistoryCommand({ Name: NAME, NextToken: token, ...change }));
    pages.push(page.Parameters ?? []);
    token = page.NextToken;
  } while (token !== undefined);
  return pages;
}

describe('the history of a parameter', () => {
  it('is a version each time that it was put, with its value, who put it and when', async () => {
    const beganAt = new Date();
    await put({ Value: 'applying', Description: 'record' });
    await new Promise((passed) => setTimeout(passed, 5));
    await put({ Value: 'applied' });
    const endedAt = new Date();

    const [versions] = await history();

    const [first, second] = (versions ?? []).map(({ LastModifiedDate }) => Number(LastModifiedDate));
    expect(first).toBeGreaterThanOrEqual(Number(beganAt));
    expect(second).toBeGreaterThan(first ?? 0);
    expect(second).toBeLessThanOrEqual(Number(endedAt));
    expect(versions).toEqual([
      {
        Name: NAME,
        Type: 'String',
        Value: 'applying',
        Version: 1,
        Description: 'record',
        LastModifiedDate: expect.any(Date),
        LastModifiedUser: 'arn:aws:iam::000000000000:user/sandbox',
        Labels: [],
        Policies: [],
        Tier: 'Standard',
        DataType: 'text',
      },
      expect.objectContaining({ Value: 'applied', Version: 2 }),
    ]);
  });

  it('has what Terraform put too, and no version for tags alone', async () => {
    const parameter = { region: 'us-west-2', name: NAME, type: 'String', value: 'one' };
    const first = aws.terraform.apply('aws_ssm_parameter', parameter);
    const tagged = aws.terraform.apply('aws_ssm_parameter', { ...parameter, tags: { owner: 'data' } }, first);
    aws.terraform.apply('aws_ssm_parameter', { ...parameter, tags: { owner: 'data' }, value: 'two' }, tagged);

    const [versions] = await history();

    expect(versions?.map(({ Value, Version }) => [Version, Value])).toEqual([
      [1, 'one'],
      [2, 'two'],
    ]);
  });

  it('keeps the date of a version while only tags change', async () => {
    const parameter = { region: 'us-west-2', name: NAME, type: 'String', value: 'one' };
    const first = aws.terraform.apply('aws_ssm_parameter', parameter);
    const { Parameter: before } = await client.send(new GetParameterCommand({ Name: NAME }));

    await new Promise((passed) => setTimeout(passed, 5));
    aws.terraform.apply('aws_ssm_parameter', { ...parameter, tags: { owner: 'data' } }, first);

    const { Parameter: after } = await client.send(new GetParameterCommand({ Name: NAME }));
    expect(after?.LastModifiedDate).toEqual(before?.LastModifiedDate);
  });

  it('is the newest 100 versions, in pages of 50', async () => {
    for (let version = 1; version <= 103; version++) await put({ Value: `value ${version}` });

    const pages = await history();
    const small = await history({ MaxResults: 45 });

    expect(pages.map((page) => page.length)).toEqual([50, 50]);
    expect(small.map((page) => page.length)).toEqual([45, 45, 10]);
    expect(small.flat()).toEqual(pages.flat());
    expect(pages.flat().map(({ Value, Version }) => [Version, Value])).toEqual(
      Array.from({ length: 100 }, (_, index) => [index + 4, `value ${index + 4}`]),
    );
  });

  it('outlives the process', async () => {
    await put({ Value: 'one' });
    await put({ Value: 'two' });

    aws = await aws.restart();
    client = new SSMClient(aws.client('us-west-2'));

    expect((await history())[0]?.map(({ Value }) => Value)).toEqual(['one', 'two']);
  });

  it('gives secret values to those who ask to decrypt them, of each version its own', async () => {
    await put({ Type: 'SecureString', Value: 'hunter1' });
    await put({ Type: 'SecureString', Value: 'hunter2' });

    const [encrypted] = await history();
    const [decrypted] = await history({ WithDecryption: true });

    expect(JSON.stringify(encrypted)).not.toContain('hunter');
    expect(decrypted?.map(({ KeyId, Value }) => [KeyId, Value])).toEqual([
      ['alias/aws/ssm', 'hunter1'],
      ['alias/aws/ssm', 'hunter2'],
    ]);
  });

  it('begins anew with a parameter that was deleted, and is refused while there is none', async () => {
    await put({ Value: 'one' });
    await put({ Value: 'two' });
    await client.send(new DeleteParameterCommand({ Name: NAME }));

    const refused = await history().catch((error: Error) => error.name);
    await put({ Value: 'three' });

    expect(refused).toBe('ParameterNotFound');
    expect((await history())[0]?.map(({ Value, Version }) => [Version, Value])).toEqual([[1, 'three']]);
  });

  it('is of one region', async () => {
    await put({});
    const other = new SSMClient(aws.client('us-east-1'));

    await expect(other.send(new GetParameterHistoryCommand({ Name: NAME }))).rejects.toMatchObject({
      name: 'ParameterNotFound',
    });
    other.destroy();
  });
});

describe('the value of a parameter', () => {
  it.each([
    ['4,096 bytes in standard tier', { Value: 'x'.repeat(4_096) }],
    ['8,192 bytes in advanced tier', { Value: 'x'.repeat(8_192), Tier: 'Advanced' as const }],
  ])('may have %s', async (_what, change) => {
    await expect(put(change)).resolves.toMatchObject({ Version: 1 });
  });

  it.each([
    ['more than 4,096 bytes in standard tier', { Value: 'x'.repeat(4_097) }, 4_096],
    ['4,096 characters of more than 4,096 bytes', { Value: `${'x'.repeat(4_095)}ü` }, 4_096],
    ['more than 8,192 bytes in advanced tier', { Value: 'x'.repeat(8_193), Tier: 'Advanced' as const }, 8_192],
  ])('is refused with %s, and stays as it was', async (_what, change, limit) => {
    await put({ Value: 'before', ...('Tier' in change ? { Tier: change.Tier } : {}) });

    await expect(put(change)).rejects.toMatchObject({
      name: 'ValidationException',
      message: `${limit === 4_096 ? 'Standard' : 'Advanced'} tier parameters support a maximum parameter value of ${limit} characters.`,
    });
    expect((await history())[0]?.map(({ Value }) => Value)).toEqual(['before']);
  });
});
