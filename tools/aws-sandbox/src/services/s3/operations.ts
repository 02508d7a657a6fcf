import { type Members, stringMember } from '../../endpoint/calls/members';
import type { ServiceApi } from '../../endpoint/calls/service-api';
import type { CallContext, ServiceEndpoint } from '../../endpoint/calls/service-endpoint';
import { blocks, text } from '../../model/attribute-values';
import { AwsError } from '../../model/aws-error';
import type { ResourceRecord } from '../../model/resource-record';
import type { Value } from '../../model/value';
import api from './api.json';
import { decodeAwsChunked } from './aws-chunked';
import type { ObjectStore, StoredObject } from './object-store';

/** In bytes [S3 user guide, naming objects]. */
const LONGEST_KEY_BYTES = 1024;

/** Actions that are not called like their operation [Service Authorization Reference, Amazon S3]. */
const PERMISSION_NAMES: Readonly<Record<string, string>> = {
  HeadObject: 'GetObject',
  ListBuckets: 'ListAllMyBuckets',
  ListObjectsV2: 'ListBucket',
};

/** Objects of the buckets that Terraform made, with conditional writes; buckets by path, as `use_path_style` asks. */
export function s3Endpoint(objects: ObjectStore): ServiceEndpoint {
  return {
    api: api as ServiceApi,
    invalidInput: 'InvalidArgument',
    // [S3 API Reference, response syntax]
    xmlRoots: {
      GetBucketLocation: 'LocationConstraint',
      GetBucketVersioning: 'VersioningConfiguration',
      ListBuckets: 'ListAllMyBucketsResult',
      ListObjectsV2: 'ListBucketResult',
    },
    permissions: ({ operation, input }) => {
      const key = stringMember(input, 'Key');
      const resource = `arn:aws:s3:::${stringMember(input, 'Bucket') ?? ''}${key === undefined ? '' : `/${key}`}`;
      return [{ action: `s3:${PERMISSION_NAMES[operation] ?? operation}`, resource }];
    },
    operations: {
      // Of every region, whichever is asked [S3 API Reference, ListBuckets].
      ListBuckets: (_input, { account }) => {
        const buckets = account.list('aws_s3_bucket').toSorted((left, right) => (left.id < right.id ? -1 : 1));
        return {
          Owner: { ID: account.accountId },
          Buckets: buckets.map(({ id, internal }) => ({ Name: id, CreationDate: dateOf(internal?.['createdAt']) })),
        };
      },
      GetBucketLocation: (input, context) => {
        const { region } = requireBucket(input, context);
        // us-east-1 is the absence of a constraint [S3 API Reference, GetBucketLocation].
        return { LocationConstraint: region === 'us-east-1' ? '' : region };
      },
      GetBucketVersioning: (input, context) => {
        const bucket = requireBucket(input, context);
        const [versioning] = context.account.findBy('aws_s3_bucket_versioning', 'bucket', bucket.id);
        const status = text(blocks(versioning?.attributes['versioning_configuration'])[0]?.['status']);
        return { Status: status === '' ? undefined : status };
      },
      HeadBucket: (input, context) => {
        const { region } = requireBucket(input, context);
        return { BucketRegion: region };
      },
      ListObjectsV2: (input, context) => {
        const bucket = requireBucket(input, context);
        const prefix = stringMember(input, 'Prefix') ?? '';
        const delimiter = stringMember(input, 'Delimiter') ?? '';
        const found = objects.list(bucket, prefix);
        const folderOf = ({ key }: StoredObject) => {
          const end = delimiter === '' ? -1 : key.indexOf(delimiter, prefix.length);
          return end < 0 ? undefined : key.slice(0, end + delimiter.length);
        };
        const folders = [...new Set(found.map(folderOf).filter((folder) => folder !== undefined))];
        const contents = found.filter((object) => folderOf(object) === undefined);
        return {
          Name: bucket.id,
          Prefix: prefix,
          KeyCount: contents.length + folders.length,
          MaxKeys: 1000,
          IsTruncated: false,
          Contents: contents.map(({ body, etag, key, lastModified }) => ({
            Key: key,
            LastModified: new Date(lastModified),
            ETag: etag,
            Size: body.length,
            StorageClass: 'STANDARD',
          })),
          CommonPrefixes: folders.map((folder) => ({ Prefix: folder })),
        };
      },
      PutObject: (input, context) => {
        const bucket = requireBucket(input, context);
        const key = String(input['Key']);
        if (Buffer.byteLength(key) > LONGEST_KEY_BYTES) throw new AwsError('KeyTooLongError', 'Your key is too long');
        checkConditions(objects.find(bucket, key), input);
        const sent = Buffer.isBuffer(input['Body']) ? input['Body'] : Buffer.alloc(0);
        const isChunked = String(context.headers['x-amz-content-sha256']).startsWith('STREAMING-');
        const body = isChunked ? decodeAwsChunked(sent) : sent;
        const type = stringMember(input, 'ContentType') || 'binary/octet-stream';
        return { ETag: objects.put(bucket, key, body, type).etag };
      },
      GetObject: (input, context) => {
        const object = requireObject(objects, input, context);
        return { ...shown(object), Body: object.body };
      },
      HeadObject: (input, context) => shown(requireObject(objects, input, context)),
      DeleteObject: (input, context) => {
        objects.remove(requireBucket(input, context), String(input['Key']));
        return {};
      },
    },
  };
}

function requireBucket(input: Members, { account, region }: CallContext): ResourceRecord {
  const name = String(input['Bucket']);
  const bucket = account.list('aws_s3_bucket').find(({ id }) => id === name);
  if (bucket === undefined) {
    throw new AwsError('NoSuchBucket', 'The specified bucket does not exist', { status: 404 });
  }
  if (bucket.region !== region) {
    throw new AwsError(
      'AuthorizationHeaderMalformed',
      `The authorization header is malformed; the region '${region}' is wrong; expecting '${bucket.region}'`,
    );
  }
  return bucket;
}

function requireObject(objects: ObjectStore, input: Members, context: CallContext): StoredObject {
  const found = objects.find(requireBucket(input, context), String(input['Key']));
  if (found === undefined) throw new AwsError('NoSuchKey', 'The specified key does not exist.', { status: 404 });
  return found;
}

/** Conditional writes [S3 user guide, conditional writes]: the lock of a state is one. */
function checkConditions(
  present: StoredObject | undefined,
  { IfMatch: ifMatch, IfNoneMatch: ifNoneMatch }: Members,
): void {
  const refused =
    (ifNoneMatch === '*' && present !== undefined) ||
    (ifMatch !== undefined && present !== undefined && ifMatch !== present.etag);
  if (refused) {
    throw new AwsError('PreconditionFailed', 'At least one of the pre-conditions you specified did not hold', {
      status: 412,
    });
  }
  if (ifMatch !== undefined && present === undefined) {
    throw new AwsError('NoSuchKey', 'The specified key does not exist.', { status: 404 });
  }
}

function shown({ body, contentType, etag, lastModified }: StoredObject): Members {
  return { ETag: etag, ContentType: contentType, ContentLength: body.length, LastModified: new Date(lastModified) };
}

function dateOf(value: Value | undefined): Date | undefined {
  return value === undefined ? undefined : new Date(text(value));
}
