import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { S3Client } from '@aws-sdk/client-s3';
import { noStateBackend, stateMovedOtherwise, stateNotThere } from '../errors';
import type { ClientSettings } from '../records/account-client';
import type { StateIdentity } from '../records/recorder';
import { holdsResources, readState, STATE_FILE } from './state-file';
import { openState, type StateRunOptions } from './state-run';
import type { TerraformJson } from './synthesized';

/** Object of a state in a bucket. */
export interface StateObject {
  readonly bucket: string;
  readonly key: string;
  readonly region: string;
}

/** @throws UserError where the state is synthesized with another backend */
export function stateObjectOf(environment: string, { terraform }: TerraformJson): StateObject {
  const { s3 } = (terraform as { readonly backend?: { readonly s3?: StateObject } }).backend ?? {};
  if (s3 === undefined) throw noStateBackend(environment);
  return s3;
}

/**
 * Whether a bucket holds a state; it may not be there itself.
 *
 * @throws UserError where S3 does not say
 */
export async function isInBucket(client: ClientSettings, { bucket, key, region }: StateObject): Promise<boolean> {
  const { HeadObjectCommand } = await import('@aws-sdk/client-s3');
  return withS3(client, region, (s3) => s3.send(new HeadObjectCommand({ Bucket: bucket, Key: key }))).then(
    () => true,
    (error: Error & { readonly $metadata?: { readonly httpStatusCode?: number } }) => {
      if (error.$metadata?.httpStatusCode === 404) return false;
      throw stateNotThere(`s3://${bucket}/${key}`, `${error.name}: ${error.message}`);
    },
  );
}

/**
 * Text of a state in a bucket.
 *
 * @throws where there is none, or S3 does not say
 */
export async function readFromBucket(
  client: ClientSettings,
  { bucket, key, region }: StateObject,
  abortSignal: AbortSignal,
): Promise<string> {
  const { GetObjectCommand } = await import('@aws-sdk/client-s3');
  return withS3(client, region, async (s3) => {
    const { Body: body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: key }), { abortSignal });
    return (await body?.transformToString()) ?? '';
  });
}

/** Writes a state where there is none, byte for byte: `terraform state push` into an empty place begins another lineage. */
async function writeNew(client: ClientSettings, { bucket, key, region }: StateObject, text: string): Promise<void> {
  const { PutObjectCommand } = await import('@aws-sdk/client-s3');
  const object = { Bucket: bucket, Key: key, Body: text, ContentType: 'application/json' };
  const settings = { ServerSideEncryption: 'AES256', IfNoneMatch: '*' } as const;
  await withS3(client, region, (s3) => s3.send(new PutObjectCommand({ ...object, ...settings })));
}

async function withS3<Result>(
  client: ClientSettings,
  region: string,
  call: (s3: S3Client) => Promise<Result>,
): Promise<Result> {
  const { S3Client } = await import('@aws-sdk/client-s3');
  const s3 = new S3Client({ ...client, region, forcePathStyle: client.endpoint !== undefined });
  try {
    return await call(s3);
  } finally {
    s3.destroy();
  }
}

/** A state that is to be moved: opened with its file as backend, and with its bucket. */
export interface MovedState {
  readonly beside: StateRunOptions;
  /** In a work folder of its own: beside a state Terraform would ask whether to take it over. */
  readonly remote: StateRunOptions;
  readonly object: StateObject;
  readonly client: ClientSettings;
}

/**
 * Moves a state from its file into its bucket: Terraform reads the same lineage and serial from there before the file is
 * removed. A move that died after it had written is ended.
 *
 * @returns what was moved; undefined where the file holds nothing, or the bucket had it already
 * @throws UserError where the bucket holds another state; the file stays
 */
export async function moveIntoBucket({
  beside,
  remote,
  object,
  client,
}: MovedState): Promise<StateIdentity | undefined> {
  const { name } = beside.entry;
  const files = [...(beside.stateFile === undefined ? [] : [beside.stateFile]), join(beside.workFolder, STATE_FILE)];
  const text = await readState(...files);
  if (!holdsResources(text)) return undefined;
  const { lineage, serial } = JSON.parse(text) as StateIdentity;
  const isNew = !(await isInBucket(client, object));
  if (isNew) await writeNew(client, object, text);
  const opened = await openState(remote);
  const moved = await opened.readIdentity().finally(() => opened.close());
  const isSame = moved.lineage === lineage && (isNew ? moved.serial === serial : moved.serial >= serial);
  if (!isSame) throw stateMovedOtherwise(name, { lineage, serial }, moved);
  for (const file of files) for (const each of [file, `${file}.backup`]) await rm(each, { force: true });
  await rm(remote.workFolder, { recursive: true, force: true });
  return isNew ? moved : undefined;
}
