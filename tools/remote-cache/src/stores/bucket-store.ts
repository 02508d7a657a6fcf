import type { Readable } from 'node:stream';
import {
  GetObjectCommand,
  NoSuchKey,
  PutObjectCommand,
  S3Client,
  type S3ClientConfig,
  S3ServiceException,
} from '@aws-sdk/client-s3';
import type { Artifact, ArtifactStore } from './artifact-store';

/** Artifacts as objects of a bucket of S3, whose encryption and lifecycle are the bucket's own. */
export class BucketStore implements ArtifactStore {
  private readonly client: S3Client;

  /** @param prefix of the objects' keys: `nx/`, or nothing */
  constructor(
    private readonly bucket: string,
    private readonly prefix: string,
    config: S3ClientConfig = {},
  ) {
    // The length is known, the content is not: it is not read twice for a checksum.
    this.client = new S3Client({ requestChecksumCalculation: 'WHEN_REQUIRED', ...config });
  }

  async read(hash: string): Promise<Artifact | undefined> {
    try {
      const object = { Bucket: this.bucket, Key: this.prefix + hash };
      const { Body, ContentLength = 0 } = await this.client.send(new GetObjectCommand(object));
      return { bytes: ContentLength, content: Body as Readable };
    } catch (error) {
      if (error instanceof NoSuchKey) return undefined;
      throw error;
    }
  }

  async add(hash: string, content: Readable, bytes: number): Promise<boolean> {
    const object = { Bucket: this.bucket, Key: this.prefix + hash, Body: content, ContentLength: bytes };
    try {
      await this.client.send(new PutObjectCommand({ ...object, IfNoneMatch: '*' }));
      return true;
    } catch (error) {
      if (error instanceof S3ServiceException && error.name === 'PreconditionFailed') return false;
      throw error;
    }
  }
}
