import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import {
  DeleteObjectCommand,
  GetBucketLocationCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListBucketsCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { callRaw } from '../../testing/raw-call';
import { TestSandbox } from '../../testing/test-sandbox';

const BUCKET = 'states';

let aws: TestSandbox;
let client: S3Client;

beforeEach(async () => {
  aws = await TestSandbox.start();
  aws.terraform.apply('aws_s3_bucket', { region: 'us-west-2', bucket: BUCKET });
  client = new S3Client({ ...aws.client('us-west-2'), forcePathStyle: true });
});

afterEach(async () => {
  client.destroy();
  await aws.close();
});

const put = (key: string, body: string, change: object = {}) =>
  client.send(new PutObjectCommand({ Bucket: BUCKET, Key: key, Body: body, ...change }));
const get = async (key: string) => {
  const answer = await client.send(new GetObjectCommand({ Bucket: BUCKET, Key: key }));
  return answer.Body?.transformToString();
};

describe('an object', () => {
  it('is read as it was written, and outlives the process', async () => {
    const { ETag: etag } = await put('env/a b.tfstate', '{"serial":1}', { ContentType: 'application/json' });
    expect(await get('env/a b.tfstate')).toBe('{"serial":1}');
    expect(await client.send(new HeadObjectCommand({ Bucket: BUCKET, Key: 'env/a b.tfstate' }))).toMatchObject({
      ETag: etag,
      ContentLength: 12,
      ContentType: 'application/json',
    });

    aws = await aws.restart();
    client.destroy();
    client = new S3Client({ ...aws.client('us-west-2'), forcePathStyle: true });
    expect(await get('env/a b.tfstate')).toBe('{"serial":1}');
  });

  it('is not there before, or after it was deleted, which may be done twice', async () => {
    await expect(get('none')).rejects.toMatchObject({ name: 'NoSuchKey' });
    await put('one', 'x');
    for (const _time of [1, 2]) await client.send(new DeleteObjectCommand({ Bucket: BUCKET, Key: 'one' }));
    await expect(get('one')).rejects.toMatchObject({ name: 'NoSuchKey' });
  });

  it('is listed by prefix, and by folder', async () => {
    for (const key of ['a/1', 'a/2', 'b/1', 'c']) await put(key, key);
    const list = (change: object) => client.send(new ListObjectsV2Command({ Bucket: BUCKET, ...change }));

    expect((await list({ Prefix: 'a/' })).Contents?.map(({ Key }) => Key)).toEqual(['a/1', 'a/2']);
    const top = await list({ Delimiter: '/' });
    expect(top.CommonPrefixes?.map(({ Prefix }) => Prefix)).toEqual(['a/', 'b/']);
    expect(top.Contents?.map(({ Key }) => Key)).toEqual(['c']);
    expect((await list({ Prefix: 'none' })).KeyCount).toBe(0);
  });

  it('keeps its bucket from being deleted', async () => {
    await put('one', 'x');
    const bucket = aws.terraform.import('aws_s3_bucket', `${BUCKET}@us-west-2`).state ?? {};

    expect(aws.terraform.refusalOfDestroy('aws_s3_bucket', bucket)?.[0]).toMatch(/BucketNotEmpty/);
  });
});

describe('a conditional write', () => {
  it('makes what is not there yet, for exactly one of many', async () => {
    const contenders = Array.from({ length: 12 }, (_, index) => put('lock', String(index), { IfNoneMatch: '*' }));
    const outcomes = await Promise.allSettled(contenders);

    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect(outcomes.find(({ status }) => status === 'rejected')).toMatchObject({
      reason: { name: 'PreconditionFailed', $metadata: { httpStatusCode: 412 } },
    });
  });

  it('replaces only what was read', async () => {
    const { ETag: first } = await put('state', '1');
    await put('state', '2', { IfMatch: first });

    await expect(put('state', '3', { IfMatch: first })).rejects.toMatchObject({ name: 'PreconditionFailed' });
    await expect(put('none', '1', { IfMatch: first })).rejects.toMatchObject({ name: 'NoSuchKey' });
    expect(await get('state')).toBe('2');
  });
});

describe('a bucket', () => {
  it('is in one region, and says which', async () => {
    expect((await client.send(new GetBucketLocationCommand({ Bucket: BUCKET }))).LocationConstraint).toBe('us-west-2');
    const east = new S3Client({ ...aws.client('us-east-1'), forcePathStyle: true });

    await expect(east.send(new GetObjectCommand({ Bucket: BUCKET, Key: 'x' }))).rejects.toThrow(
      /region 'us-east-1' is wrong; expecting 'us-west-2'/,
    );
    await expect(client.send(new GetObjectCommand({ Bucket: 'none', Key: 'x' }))).rejects.toMatchObject({
      name: 'NoSuchBucket',
    });
    east.destroy();
  });
});

describe('buckets', () => {
  it('are listed whatever their region is, with when they were made', async () => {
    aws.terraform.apply('aws_s3_bucket', { region: 'us-east-1', bucket: 'audit' });

    const { Buckets: buckets } = await client.send(new ListBucketsCommand({}));

    expect(buckets?.map(({ Name: name }) => name)).toEqual(['audit', 'states']);
    expect(buckets?.[0]?.CreationDate?.getTime()).toBeGreaterThan(Date.now() - 60_000);
  });
});

describe('a key that looks like a path', () => {
  const KEYS = [
    '..',
    '../..',
    '../../../outside',
    '/../../outside',
    '//outside',
    'a/../../../../outside',
    '%2e%2e/%2e%2e/outside',
    '..\\..\\outside',
    'a\0b',
    '.',
    'ünï/\u{1f600}',
    'x'.repeat(1_024),
  ];
  const encoded = (key: string) => encodeURIComponent(key).replaceAll('%2F', '/').replaceAll('.', '%2e');

  it.each(KEYS)('is kept as it is, inside of the account: case %#', async (key) => {
    const before = readdirSync(aws.terraform.home).sort();
    const signed = { scope: 'us-west-2/s3' };
    const targets = [`/${BUCKET}/${encodeURIComponent(key)}`, `/${BUCKET}/${encoded(key)}`];
    for (const [index, target] of targets.entries()) {
      const put = await callRaw(aws.address, { ...signed, method: 'PUT', target, body: `${index}` });
      expect(put.status).toBe(200);
      const found = await callRaw(aws.address, { ...signed, method: 'GET', target });
      expect(found).toMatchObject({ status: 200, body: `${index}` });
    }

    const records = aws.terraform.account.list('s3_object');
    expect(records.map(({ attributes }) => attributes['key'])).toEqual([key]);
    expect(readdirSync(join(aws.terraform.home, 'account/us-west-2/s3/s3_object'))).toHaveLength(1);
    expect(readdirSync(aws.terraform.home).sort()).toEqual(before);
    expect(existsSync(join(aws.terraform.home, '../outside.json'))).toBe(false);
    expect(aws.defects).toEqual([]);
  });

  it('is refused above 1024 bytes, and a bucket of such a name is not there', async () => {
    const signed = { scope: 'us-west-2/s3', method: 'PUT', body: 'x' };
    const long = await callRaw(aws.address, { ...signed, target: `/${BUCKET}/${'x'.repeat(1_025)}` });
    const bucket = await callRaw(aws.address, { ...signed, target: '/%2e%2e%2f%2e%2e/outside' });

    expect([long.status, /<Code>(\w+)/.exec(long.body)?.[1]]).toEqual([400, 'KeyTooLongError']);
    expect([bucket.status, /<Code>(\w+)/.exec(bucket.body)?.[1]]).toEqual([404, 'NoSuchBucket']);
  });
});

describe('a region that Terraform was never told to check', () => {
  it.each(['..', '../../../outside', '/outside', 'us-west-2\0'])(
    'makes no file outside of the account: %j',
    (region) => {
      expect(() => aws.terraform.apply('aws_s3_bucket', { region, bucket: 'other' })).toThrow();

      expect(aws.terraform.account.list('aws_s3_bucket').map(({ id }) => id)).toEqual([BUCKET]);
      expect(existsSync(join(aws.terraform.home, '../outside'))).toBe(false);
    },
  );
});
