import { type SynthesizedState, synthesizeConstructs } from '@dr/testing';
import { Certificate, type CertificateProps } from './certificate';

function synthesizeCertificate(changes: Partial<CertificateProps> = {}): SynthesizedState {
  return synthesizeConstructs((scope) => {
    new Certificate(scope, 'Certificate', { domainName: 'orders.example.com', zoneId: 'ZONE', ...changes });
  });
}

const CERTIFICATE = /^\$\{aws_acm_certificate\.Certificate_[0-9A-F]{8}\.arn\}$/;

describe('Certificate', () => {
  it('is validated by DNS, and replaced without a gap', () => {
    expect(synthesizeCertificate().resource('aws_acm_certificate')).toEqual({
      domain_name: 'orders.example.com',
      validation_method: 'DNS',
      key_algorithm: 'EC_prime256v1',
      lifecycle: { create_before_destroy: true },
    });
  });

  it('writes the record that ACM asks for, over one of another region that says the same', () => {
    const option = (attribute: string) =>
      expect.stringMatching(
        new RegExp(
          `^\\$\\{\\[for option in aws_acm_certificate\\.Certificate_[0-9A-F]{8}\\.domain_validation_options : option\\.${attribute} if option\\.domain_name == "orders\\.example\\.com"\\]\\[0\\]\\}$`,
        ),
      );

    expect(synthesizeCertificate().resource('aws_route53_record')).toEqual({
      zone_id: 'ZONE',
      name: option('resource_record_name'),
      type: option('resource_record_type'),
      records: [option('resource_record_value')],
      ttl: 300,
      allow_overwrite: true,
    });
  });

  it('is known once it is issued', () => {
    expect(synthesizeCertificate().resource('aws_acm_certificate_validation')).toEqual({
      certificate_arn: expect.stringMatching(CERTIFICATE),
      validation_record_fqdns: [
        expect.stringMatching(/^\$\{aws_route53_record\.Certificate_OrdersExampleComValidation_[0-9A-F]{8}\.fqdn\}$/),
      ],
    });
  });

  it('proves every name by a record of its own', () => {
    const state = synthesizeCertificate({ alternativeNames: ['orders-eu-west-1.example.com'] });

    expect(state.resource('aws_acm_certificate')['subject_alternative_names']).toEqual([
      'orders-eu-west-1.example.com',
    ]);
    expect(state.inventory()).toEqual({
      aws_acm_certificate: 1,
      aws_acm_certificate_validation: 1,
      aws_route53_record: 2,
    });
  });

  it('refuses a first name that is too long for X.509', () => {
    const domainName = `${'o'.repeat(53)}.example.com`;

    expect(() => synthesizeCertificate({ domainName })).toThrow(
      new Error(
        `constructs/Certificate: domainName is ${domainName} (65 characters), expected at most 64. Give a shorter name, and the long one as an alternative.`,
      ),
    );
  });

  it('refuses a name that is there twice', () => {
    expect(() => synthesizeCertificate({ alternativeNames: ['orders.example.com'] })).toThrow(
      new Error(
        'constructs/Certificate: alternativeNames holds orders.example.com twice or as domainName, expected each name once. Remove it.',
      ),
    );
  });

  it('refuses more names than ACM takes', () => {
    const alternativeNames = Array.from({ length: 10 }, (_, index) => `orders-${index}.example.com`);

    expect(() => synthesizeCertificate({ alternativeNames })).toThrow(
      new Error(
        'constructs/Certificate: alternativeNames is a list of 10, expected at most 9. Ask for a second certificate.',
      ),
    );
  });
});
