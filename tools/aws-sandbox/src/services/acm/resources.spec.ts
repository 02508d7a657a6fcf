import { rmSync } from 'node:fs';
import type { ObjectValue } from '../../model/value';
import { TerraformClient, networkOf } from '../../testing/terraform-client';

const NAME = 'trade.example.com';

let terraform: TerraformClient;
let zoneId: string;

beforeEach(() => {
  terraform = new TerraformClient();
  zoneId = String(terraform.apply('aws_route53_zone', { name: 'example.com' })['zone_id']);
});

afterEach(() => {
  terraform.close();
  rmSync(terraform.home, { recursive: true, force: true });
});

const certificateOf = (region = 'us-east-1', changes: ObjectValue = {}) =>
  terraform.apply('aws_acm_certificate', { region, domain_name: NAME, validation_method: 'DNS', ...changes });

function recordFor(certificate: ObjectValue): ObjectValue {
  const [option] = certificate['domain_validation_options'] as readonly ObjectValue[];
  return {
    zone_id: zoneId,
    name: option?.['resource_record_name'] ?? null,
    type: option?.['resource_record_type'] ?? null,
    records: [option?.['resource_record_value'] ?? null],
    ttl: 300,
    allow_overwrite: true,
  };
}

function httpsListenerOf(certificate: ObjectValue): ObjectValue {
  const { subnetIds, vpcId } = networkOf(terraform);
  const balancer = terraform.apply('aws_lb', { name: 'api', subnets: subnetIds });
  const group = terraform.apply('aws_lb_target_group', { name: 'api', vpc_id: vpcId, port: 80, protocol: 'HTTP' });
  return {
    load_balancer_arn: balancer['arn'] ?? null,
    port: 443,
    protocol: 'HTTPS',
    certificate_arn: certificate['arn'] ?? null,
    default_action: [{ type: 'forward', target_group_arn: group['arn'] ?? null }],
  };
}

describe('a certificate', () => {
  it('asks for a record of each name, and waits', () => {
    const certificate = certificateOf();

    expect(certificate['arn']).toMatch(/^arn:aws:acm:us-east-1:000000000000:certificate\/[0-9a-f-]{36}$/);
    expect(certificate['status']).toBe('PENDING_VALIDATION');
    expect(certificate['domain_validation_options']).toEqual([
      {
        domain_name: NAME,
        resource_record_name: expect.stringMatching(/^_[0-9a-f]{32}\.trade\.example\.com\.$/),
        resource_record_type: 'CNAME',
        resource_record_value: expect.stringMatching(/^_[0-9a-f]{32}\.[a-z]{10}\.acm-validations\.aws\.$/),
      },
    ]);
  });

  it('asks for the same record in every region of the account', () => {
    const [east, west] = [certificateOf('us-east-1'), certificateOf('us-west-2')];

    expect(west['domain_validation_options']).toEqual(east['domain_validation_options']);
    expect(west['arn']).not.toBe(east['arn']);
  });

  it('is issued when its record is there, and stays so when the record goes', () => {
    const certificate = certificateOf();
    const record = terraform.apply('aws_route53_record', recordFor(certificate));
    expect(terraform.refresh('aws_acm_certificate', certificate)?.['status']).toBe('ISSUED');

    terraform.apply('aws_acm_certificate_validation', { certificate_arn: certificate['arn'] ?? null });
    terraform.destroy('aws_route53_record', record);

    expect(terraform.refresh('aws_acm_certificate', certificate)?.['status']).toBe('ISSUED');
  });

  it('lets two states write the one record', () => {
    const [east, west] = [certificateOf('us-east-1'), certificateOf('us-west-2')];
    const first = terraform.apply('aws_route53_record', recordFor(east));
    const second = terraform.apply('aws_route53_record', recordFor(west));
    expect(second['id']).toBe(first['id']);

    terraform.destroy('aws_route53_record', first);

    expect(terraform.refresh('aws_route53_record', second)).toBeNull();
    expect(terraform.destroy('aws_route53_record', second)).toEqual([]);
  });

  it('keeps a record that nobody said may be overwritten', () => {
    const certificate = certificateOf();
    terraform.apply('aws_route53_record', recordFor(certificate));

    const [summary] =
      terraform.refusal('aws_route53_record', { ...recordFor(certificate), allow_overwrite: false }) ?? [];

    expect(summary).toMatch(/but it already exists\]$/);
  });

  it('is not waited for for ever', () => {
    const { arn = null } = certificateOf();

    expect(terraform.refusal('aws_acm_certificate_validation', { certificate_arn: arn })?.[0]).toMatch(
      /timeout while waiting for state to become 'ISSUED' \(last state: 'PENDING_VALIDATION', timeout: 1h15m0s\)$/,
    );
  });

  it('serves no listener before it is issued, and no listener of another region', () => {
    const certificate = certificateOf();
    const listener = httpsListenerOf(certificate);
    expect(terraform.refusal('aws_lb_listener', listener)).toEqual([
      `creating ELBv2 Listener: operation error Elastic Load Balancing v2: CreateListener, https response error StatusCode: 400, UnsupportedCertificate: The certificate '${String(certificate['arn'])}' must have a fully-qualified domain name, a supported signature, and a supported key size.`,
      'certificate_arn',
    ]);

    terraform.apply('aws_route53_record', recordFor(certificate));
    expect(terraform.apply('aws_lb_listener', listener)['ssl_policy']).toBe('ELBSecurityPolicy-2016-08');

    const { arn = null } = certificateOf('us-west-2');
    expect(terraform.refusal('aws_lb_listener', { ...listener, port: 8443, certificate_arn: arn })?.[0]).toContain(
      `CertificateNotFound: Certificate '${String(arn)}' not found`,
    );
  });

  it('is kept while a listener has it', () => {
    const certificate = certificateOf();
    terraform.apply('aws_route53_record', recordFor(certificate));
    terraform.apply('aws_lb_listener', httpsListenerOf(certificate));

    expect(terraform.refusalOfDestroy('aws_acm_certificate', certificate)?.[0]).toContain(
      `ResourceInUseException: Certificate ${String(certificate['arn'])} in account 000000000000 is in use.`,
    );
  });

  it('is another one for other names', () => {
    const given = { domain_name: NAME, validation_method: 'DNS' };

    expect(
      terraform.replacements(
        'aws_acm_certificate',
        { ...given, subject_alternative_names: ['api.example.com'] },
        certificateOf(),
      ),
    ).toEqual(['subject_alternative_names']);
  });

  it('refuses a first name that no common name can hold', () => {
    const name = `${'o'.repeat(53)}.example.com`;

    expect(terraform.refusal('aws_acm_certificate', { domain_name: name, validation_method: 'DNS' })).toEqual([
      `creating ACM Certificate (${name}): operation error ACM: RequestCertificate, https response error StatusCode: 400, InvalidDomainValidationOptionsException: The first domain name can have at most 64 characters: ${name}`,
      'domain_name',
    ]);
  });
});

describe('the log of a load balancer', () => {
  it('is refused while the bucket does not admit load balancers', () => {
    const { subnetIds } = networkOf(terraform);
    terraform.apply('aws_s3_bucket', { bucket: 'api-logs' });
    const given = { name: 'api', subnets: subnetIds, access_logs: [{ enabled: true, bucket: 'api-logs' }] };

    expect(terraform.refusal('aws_lb', given)?.[0]).toContain(
      'InvalidConfigurationRequest: Access Denied for bucket: api-logs. Please check S3bucket permission',
    );

    terraform.apply('aws_s3_bucket_policy', {
      bucket: 'api-logs',
      policy:
        '{"Statement":[{"Principal":{"Service":"logdelivery.elasticloadbalancing.amazonaws.com"},"Resource":"arn:aws:s3:::api-logs/*"}]}',
    });
    expect(terraform.refusal('aws_lb', given)).toBeUndefined();
  });
});
