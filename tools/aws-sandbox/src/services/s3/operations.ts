import { HttpReply, type Members, NamedList, stringMember } from '../../endpoint/calls/members';
import type { CallContext, ServiceEndpoint } from '../../endpoint/calls/service-endpoint';
import { elements } from '../../endpoint/protocols/xml';
import { blocks, text } from '../../model/attribute-values';
import { AwsError } from '../../model/aws-error';
import type { ResourceRecord } from '../../model/resource-record';
import { decodeAwsChunked } from './aws-chunked';
import type { ObjectStore, StoredObject } from './object-store';

const NAMESPACE = 'http://s3.amazonaws.com/doc/2006-03-01/';

/** In bytes [S3 user guide, naming objects]. */
const LONGEST_KEY_BYTES = 1024;

const BUCKET = { Bucket: 'string' } as const;
const OBJECT = { ...BUCKET, Key: 'string' } as const;

/** Actions that are not called like their operation [Service Authorization Reference, Amazon S3]. */
const PERMISSION_NAMES: Readonly<Record<string, string>> = {
  HeadObject: 'GetObject',
  ListBuckets: 'ListAllMyBuckets',
  ListObjectsV2: 'ListBucket',
};

/** Objects of the buckets that Terraform made, with conditional writes; buckets by path, as `use_path_style` asks. */
export function s3Endpoint(objects: ObjectStore): ServiceEndpoint {
  return {
    signingName: 's3',
    xmlNamespace: NAMESPACE,
    routes: [
      { method: 'GET', path: '/', operation: 'ListBuckets' },
      { method: 'GET', path: '/{Bucket}', query: 'location', operation: 'GetBucketLocation' },
      { method: 'GET', path: '/{Bucket}', query: 'versioning', operation: 'GetBucketVersioning' },
      { method: 'GET', path: '/{Bucket}', operation: 'ListObjectsV2' },
      { method: 'HEAD', path: '/{Bucket}', operation: 'HeadBucket' },
      { method: 'PUT', path: '/{Bucket}/{Key+}', operation: 'PutObject', payload: 'Body' },
      { method: 'GET', path: '/{Bucket}/{Key+}', operation: 'GetObject' },
      { method: 'HEAD', path: '/{Bucket}/{Key+}', operation: 'HeadObject' },
      { method: 'DELETE', path: '/{Bucket}/{Key+}', operation: 'DeleteObject' },
    ],
    inputs: {
      ListBuckets: {},
      GetBucketLocation: BUCKET,
      GetBucketVersioning: BUCKET,
      HeadBucket: BUCKET,
      ListObjectsV2: { ...BUCKET, prefix: 'string', delimiter: 'string' },
      PutObject: { ...OBJECT, Body: 'blob' },
      GetObject: OBJECT,
      HeadObject: OBJECT,
      DeleteObject: OBJECT,
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
        const list = buckets.map(({ id, internal }) => ({
          Name: id,
          ...(internal?.['createdAt'] === undefined ? {} : { CreationDate: internal['createdAt'] }),
        }));
        return xml(
          'ListAllMyBucketsResult',
          elements({ Owner: { ID: account.accountId }, Buckets: new NamedList('Bucket', list) }),
        );
      },
      GetBucketLocation: (input, context) => {
        const { region } = requireBucket(input, context);
        // us-east-1 is the absence of a constraint [S3 API Reference, GetBucketLocation].
        return xml('LocationConstraint', region === 'us-east-1' ? '' : region);
      },
      GetBucketVersioning: (input, context) => {
        const bucket = requireBucket(input, context);
        const [versioning] = context.account.findBy('aws_s3_bucket_versioning', 'bucket', bucket.id);
        const status = text(blocks(versioning?.attributes['versioning_configuration'])[0]?.['status']);
        return xml('VersioningConfiguration', status === '' ? {} : { Status: status });
      },
      HeadBucket: (input, context) => {
        const { region } = requireBucket(input, context);
        return new HttpReply(200, { 'x-amz-bucket-region': region }, '');
      },
      ListObjectsV2: (input, context) => {
        const bucket = requireBucket(input, context);
        const prefix = String(input['prefix'] ?? '');
        const delimiter = String(input['delimiter'] ?? '');
        const found = objects.list(bucket, prefix);
        const folderOf = ({ key }: StoredObject) => {
          const end = delimiter === '' ? -1 : key.indexOf(delimiter, prefix.length);
          return end < 0 ? undefined : key.slice(0, end + delimiter.length);
        };
        const folders = [...new Set(found.map(folderOf).filter((folder) => folder !== undefined))];
        const contents = found.filter((object) => folderOf(object) === undefined);
        return xml('ListBucketResult', {
          Name: bucket.id,
          Prefix: prefix,
          KeyCount: contents.length + folders.length,
          MaxKeys: 1000,
          IsTruncated: false,
          Objects: new NamedList(
            'Contents',
            contents.map(({ body, etag, key, lastModified }) => ({
              Key: key,
              LastModified: lastModified,
              ETag: etag,
              Size: body.length,
              StorageClass: 'STANDARD',
            })),
          ),
          Folders: new NamedList(
            'CommonPrefixes',
            folders.map((folder) => ({ Prefix: folder })),
          ),
        });
      },
      PutObject: (input, context) => {
        const bucket = requireBucket(input, context);
        const key = String(input['Key']);
        if (Buffer.byteLength(key) > LONGEST_KEY_BYTES) throw new AwsError('KeyTooLongError', 'Your key is too long');
        checkConditions(objects.find(bucket, key), context);
        const sent = Buffer.isBuffer(input['Body']) ? input['Body'] : Buffer.alloc(0);
        const isChunked = header(context, 'x-amz-content-sha256').startsWith('STREAMING-');
        const body = isChunked ? decodeAwsChunked(sent) : sent;
        const type = header(context, 'content-type') || 'binary/octet-stream';
        return new HttpReply(200, { etag: objects.put(bucket, key, body, type).etag }, '');
      },
      GetObject: (input, context) => shown(requireObject(objects, input, context)),
      HeadObject: (input, context) => shown(requireObject(objects, input, context)),
      DeleteObject: (input, context) => {
        objects.remove(requireBucket(input, context), String(input['Key']));
        return new HttpReply(204, {}, '');
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
function checkConditions(present: StoredObject | undefined, context: CallContext): void {
  const [ifNoneMatch, ifMatch] = [header(context, 'if-none-match'), header(context, 'if-match')];
  const refused =
    (ifNoneMatch === '*' && present !== undefined) ||
    (ifMatch !== '' && present !== undefined && ifMatch !== present.etag);
  if (refused) {
    throw new AwsError('PreconditionFailed', 'At least one of the pre-conditions you specified did not hold', {
      status: 412,
    });
  }
  if (ifMatch !== '' && present === undefined) {
    throw new AwsError('NoSuchKey', 'The specified key does not exist.', { status: 404 });
  }
}

function shown({ body, contentType, etag, lastModified }: StoredObject): HttpReply {
  return new HttpReply(
    200,
    { etag, 'content-type': contentType, 'last-modified': new Date(lastModified).toUTCString() },
    body,
  );
}

function header({ headers }: CallContext, name: string): string {
  return String(headers[name] ?? '');
}

/** An answer of S3 has a root of its own, and its lists no element around them. */
function xml(root: string, content: Members | string): HttpReply {
  const inner =
    typeof content === 'string'
      ? content
      : Object.entries(content)
          .map(([name, value]) => (value instanceof NamedList ? elements(value) : elements({ [name]: value })))
          .join('');
  return new HttpReply(
    200,
    { 'content-type': 'application/xml' },
    `<?xml version="1.0" encoding="UTF-8"?>\n<${root} xmlns="${NAMESPACE}">${inner}</${root}>`,
  );
}
