import { createHash } from 'node:crypto';
import type { Account } from '../../account/account';
import type { ResourceRecord } from '../../model/resource-record';

/** Type of the account's records that are objects of a bucket; their versions are not kept. */
export const OBJECT_RECORD = 's3_object';

export interface StoredObject {
  readonly key: string;
  readonly body: Buffer;
  /** In quotes, as S3 gives it: the MD5 of the body. */
  readonly etag: string;
  readonly contentType: string;
  /** ISO 8601. */
  readonly lastModified: string;
}

/** The objects of all buckets, each a record of the account: on disk before it is acknowledged. */
export class ObjectStore {
  constructor(
    private readonly account: Account,
    private readonly nowMs: () => number,
  ) {}

  find(bucket: ResourceRecord, key: string): StoredObject | undefined {
    const record = this.account.find(OBJECT_RECORD, bucket.region, idOf(bucket, key));
    return record === undefined ? undefined : objectIn(record);
  }

  /** In the order of their keys. */
  list(bucket: ResourceRecord, prefix: string): readonly StoredObject[] {
    return this.account
      .findBy(OBJECT_RECORD, 'bucket', bucket.id, bucket.region)
      .map(objectIn)
      .filter(({ key }) => key.startsWith(prefix))
      .toSorted((left, right) => (left.key < right.key ? -1 : 1));
  }

  put(bucket: ResourceRecord, key: string, body: Buffer, contentType: string): StoredObject {
    const attributes = {
      bucket: bucket.id,
      key,
      etag: `"${createHash('md5').update(body).digest('hex')}"`,
      content_type: contentType,
      last_modified: new Date(this.nowMs()).toISOString(),
      body: body.toString('base64'),
    };
    const { region } = bucket;
    const record = { type: OBJECT_RECORD, region, service: 's3', id: idOf(bucket, key), attributes };
    this.account.commit([{ put: record }]);
    return objectIn(record);
  }

  remove(bucket: ResourceRecord, key: string): void {
    const record = this.account.find(OBJECT_RECORD, bucket.region, idOf(bucket, key));
    if (record !== undefined) this.account.commit([{ remove: record }]);
  }
}

function idOf(bucket: ResourceRecord, key: string): string {
  return `${bucket.id}/${key}`;
}

function objectIn({ attributes }: ResourceRecord): StoredObject {
  return {
    key: String(attributes['key']),
    body: Buffer.from(String(attributes['body']), 'base64'),
    etag: String(attributes['etag']),
    contentType: String(attributes['content_type']),
    lastModified: String(attributes['last_modified']),
  };
}
