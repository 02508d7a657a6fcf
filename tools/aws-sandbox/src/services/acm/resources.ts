import { createHash } from 'node:crypto';
import type { AccountView } from '../../model/account-view';
import { blocks, text, texts } from '../../model/attribute-values';
import { AwsError, ProviderRefusal } from '../../model/aws-error';
import { randomUuid } from '../../model/random-id';
import type { ServiceDefinition } from '../../model/resource-definition';
import type { ResourceRecord } from '../../model/resource-record';
import type { ObjectValue } from '../../model/value';

/** AWS Certificate Manager. Codes and words: ACM API Reference, errors of each action. */
export const acm: ServiceDefinition = {
  name: 'acm',
  sdkId: 'ACM',
  resources: {
    aws_acm_certificate: {
      label: 'ACM Certificate',
      calls: { create: 'RequestCertificate', update: 'UpdateCertificateOptions', delete: 'DeleteCertificate' },
      namedBy: 'domain_name',
      soughtBy: {
        domain: 'domain_name',
        key_types: 'key_algorithm',
        statuses: (certificate, account) => (isIssued(account, certificate) ? 'ISSUED' : 'PENDING_VALIDATION'),
        types: 'type',
      },
      soughtDefaults: { statuses: ['ISSUED'] },
      id: ({ region, accountId }) => `arn:aws:acm:${region}:${accountId}:certificate/${randomUuid()}`,
      arn: '{id}',
      replaces: [
        'certificate_authority_arn',
        'domain_name',
        'key_algorithm',
        'subject_alternative_names',
        'validation_method',
        'validation_option',
      ],
      allowed: {
        key_algorithm: [
          'RSA_1024',
          'RSA_2048',
          'RSA_3072',
          'RSA_4096',
          'EC_prime256v1',
          'EC_secp384r1',
          'EC_secp521r1',
        ],
        validation_method: ['DNS', 'EMAIL', 'HTTP'],
      },
      exactlyOneOf: [['domain_name', 'private_key']],
      conflicts: [['validation_method', 'certificate_authority_arn']],
      computed: {
        domain_validation_options: ({ attributes, accountId }) => validationOptions(attributes, accountId),
        key_algorithm: 'RSA_2048',
        not_after: '',
        not_before: '',
        pending_renewal: () => false,
        renewal_eligibility: 'INELIGIBLE',
        renewal_summary: () => [],
        status: 'PENDING_VALIDATION',
        subject_alternative_names: ({ attributes }) => namesOf(attributes),
        type: ({ attributes }) => (text(attributes['private_key']) === '' ? 'AMAZON_ISSUED' : 'IMPORTED'),
        validation_emails: () => [],
        validation_method: 'NONE',
        'options.certificate_transparency_logging_preference': 'ENABLED',
        'options.export': 'DISABLED',
      },
      live: {
        status: ({ account, attributes, internal }) =>
          isIssued(account, { attributes, internal }) ? 'ISSUED' : 'PENDING_VALIDATION',
      },
      checks: [
        ({ attributes }) => {
          const domain = text(attributes['domain_name']);
          // The first name becomes the common name, which is of 64 characters at most.
          if (domain.length > 64) {
            throw new AwsError(
              'InvalidDomainValidationOptionsException',
              `The first domain name can have at most 64 characters: ${domain}`,
              { path: ['domain_name'] },
            );
          }
          const wrong = namesOf(attributes).find(
            (name) => !/^(\*\.)?([a-z0-9_]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]([a-z0-9-]{0,61}[a-z0-9])?$/i.test(name),
          );
          if (wrong !== undefined) {
            throw new AwsError('ValidationException', `1 validation error detected: '${wrong}' is no domain name`, {
              path: [wrong === domain ? 'domain_name' : 'subject_alternative_names'],
            });
          }
        },
      ],
      usedBy: ['aws_lb_listener', 'aws_lb_listener_certificate'].map((by) => ({
        by,
        attribute: 'certificate_arn',
        refusal: { code: 'ResourceInUseException', message: 'Certificate {arn} in account {accountId} is in use.' },
      })),
    },
    aws_acm_certificate_validation: {
      label: 'ACM Certificate Validation',
      calls: { create: 'DescribeCertificate', delete: 'none' },
      id: '{certificate_arn}',
      // Terraform keeps the time of issue, which identifies nothing.
      stateId: ({ now }) =>
        now
          .toISOString()
          .replace('T', ' ')
          .replace(/\.\d+Z$/, ' +0000 UTC'),
      replaces: ['certificate_arn', 'validation_record_fqdns'],
      // It only waits.
      overwrites: () => true,
      references: [
        {
          attribute: 'certificate_arn',
          to: 'aws_acm_certificate',
          by: 'arn',
          refusal: { code: 'ResourceNotFoundException', message: 'Could not find certificate {value}.' },
        },
      ],
      checks: [
        ({ attributes, account }) => {
          const certificate = account.findByArn(text(attributes['certificate_arn']));
          if (certificate === undefined) return;
          const named = texts(attributes['validation_record_fqdns']).map(withoutDot);
          const missing = blocks(certificate.attributes['domain_validation_options'])
            .map((option) => withoutDot(text(option['resource_record_name'])))
            .filter((name) => named.length > 0 && !named.includes(name));
          // The provider's own check, in its words.
          if (missing.length > 0)
            throw new ProviderRefusal(`missing ${missing.join(', ')} DNS validation record: ${missing.join(', ')}`, [
              'validation_record_fqdns',
            ]);
          if (!isIssued(account, certificate)) {
            throw new ProviderRefusal(
              `waiting for ACM Certificate (${certificate.id}) to be issued: timeout while waiting for state to become 'ISSUED' (last state: 'PENDING_VALIDATION', timeout: 1h15m0s)`,
              ['certificate_arn'],
            );
          }
        },
      ],
      // An issued certificate stays issued without its records; only a renewal needs them again.
      onCreate: ({ account, attributes }) => {
        const certificate = account.findByArn(text(attributes['certificate_arn']));
        return certificate === undefined
          ? []
          : [{ put: { ...certificate, internal: { ...certificate.internal, issued: true } } }];
      },
    },
  },
};

/** Whether every validation record exists, or did before; imported certificates need none. */
export function isIssued(
  account: AccountView,
  { attributes, internal }: Pick<ResourceRecord, 'attributes' | 'internal'>,
): boolean {
  if (internal?.['issued'] === true || text(attributes['private_key']) !== '') return true;
  const options = blocks(attributes['domain_validation_options']);
  return (
    options.length > 0 &&
    options.every((option) =>
      account.findBy('aws_route53_record', 'fqdn', withoutDot(text(option['resource_record_name']))).some(
        (record) =>
          record.attributes['type'] === option['resource_record_type'] &&
          texts(record.attributes['records'])
            .map(withoutDot)
            .includes(withoutDot(text(option['resource_record_value']))),
      ),
    )
  );
}

function namesOf(attributes: ObjectValue): readonly string[] {
  return [...new Set([text(attributes['domain_name']), ...texts(attributes['subject_alternative_names'])])].filter(
    (name) => name !== '',
  );
}

/** The record of a name is the same in every region of an account, and for a name and its wildcard [ACM user guide, DNS validation]. */
function validationOptions(attributes: ObjectValue, accountId: string): readonly ObjectValue[] {
  if (text(attributes['validation_method']) !== 'DNS') return [];
  return namesOf(attributes).map((name) => {
    const proven = name.replace(/^\*\./, '');
    const digest = (part: string) => createHash('md5').update(`${part} ${accountId} ${proven}`).digest('hex');
    return {
      domain_name: name,
      resource_record_name: `_${digest('name')}.${proven}.`,
      resource_record_type: 'CNAME',
      resource_record_value: `_${digest('value')}.${digest('domain').replace(/\d/g, '').padEnd(10, 'x').slice(0, 10)}.acm-validations.aws.`,
    };
  });
}

function withoutDot(name: string): string {
  return name.toLowerCase().replace(/\.$/, '');
}
