import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readDeployedStack } from './deployed-stack';

const folder = mkdtempSync(join(tmpdir(), 'dr-deployed-'));
afterAll(() => rmSync(folder, { recursive: true }));

function synthesized(resource: object): string {
  const states = [{ name: 'mail-eu-west-1', region: 'eu-west-1', folder: 'stacks/mail', publishes: [], reads: [] }];
  mkdirSync(join(folder, 'stacks/mail'), { recursive: true });
  writeFileSync(join(folder, 'states.json'), JSON.stringify({ stack: 'mail', owner: 'mail-team', states }));
  writeFileSync(join(folder, 'stacks/mail/cdk.tf.json'), JSON.stringify({ resource }));
  return folder;
}

describe('readDeployedStack', () => {
  it('reads types, states, owner, and the names that IAM limits by', () => {
    const read = readDeployedStack(
      synthesized({
        aws_sqs_queue: { Returns: { name: 'acme-prod-returns' } },
        aws_s3_bucket: { B: { bucket: 'acme-prod-b' }, A: { bucket: 'acme-prod-a' } },
        aws_route53_record: {
          Validation: {
            name: '${[for option in aws_acm_certificate.C.domain_validation_options : option.resource_record_name if option.domain_name == "mail.example.com"][0]}',
          },
          Entry: { name: 'mail.example.com' },
        },
      }),
    );

    expect(read).toEqual({
      stack: 'mail',
      owner: 'mail-team',
      states: [{ name: 'mail-eu-west-1', region: 'eu-west-1', publishes: [], reads: [] }],
      types: ['aws_route53_record', 'aws_s3_bucket', 'aws_sqs_queue'],
      names: {
        aws_s3_bucket: ['acme-prod-a', 'acme-prod-b'],
        aws_route53_record: ['_*.mail.example.com', 'mail.example.com'],
      },
    });
  });

  it.each([
    ['missing', {}],
    ['${aws_kms_key.K.id}', { bucket: '${aws_kms_key.K.id}' }],
  ])('refuses a name that is %s', (got, bucket) => {
    expect(() => readDeployedStack(synthesized({ aws_s3_bucket: { B: bucket } }))).toThrow(
      `mail-eu-west-1: aws_s3_bucket.B: bucket is ${got}, expected a literal: IAM limits who may change it by its name. Name it by this.resourceName(…).`,
    );
  });
});
