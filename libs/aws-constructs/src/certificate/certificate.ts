import { AcmCertificate } from '@cdktf/provider-aws/lib/acm-certificate';
import { AcmCertificateValidation } from '@cdktf/provider-aws/lib/acm-certificate-validation';
import { Route53Record } from '@cdktf/provider-aws/lib/route53-record';
import { pascalCase } from '@dr/construct-id';
import { Construct } from 'constructs';

export interface CertificateProps {
  /** Full name that the certificate is of, at most 64 characters. A change replaces the certificate, without a gap. */
  readonly domainName: string;
  /**
   * Further full names, at most nine. A change replaces the certificate, without a gap.
   * @default none
   */
  readonly alternativeNames?: readonly string[];
  /** Public hosted zone of all the names; the records that prove their ownership are written there. */
  readonly zoneId: string;
}

/** The first name becomes the certificate's common name, which X.509 limits [ACM API, RequestCertificate]. */
const LONGEST_COMMON_NAME = 64;
/** Names of one certificate without a raised quota [ACM user guide, quotas]. */
const MOST_NAMES = 10;

/**
 * A certificate of one region that ACM renews by itself as long as its DNS records stand.
 *
 * ACM asks the same record for the same name in every region of an account. Each region's state writes it none the
 * less, and overwrites it with the same value, so that no region waits for another. Destroying one region's state takes
 * the shared record away: certificates that were issued stay valid, and the other region's next deploy puts it back,
 * long before a renewal would miss it.
 */
export class Certificate extends Construct {
  /** Known once ACM has issued the certificate: what names it waits for that. */
  readonly certificateArn: string;

  constructor(scope: Construct, id: string, props: CertificateProps) {
    super(scope, id);
    const { domainName, alternativeNames = [], zoneId } = props;
    const names = [domainName, ...alternativeNames];
    validateNames(this.node.path, domainName, names);

    const certificate = new AcmCertificate(this, 'Resource', {
      domainName,
      ...(alternativeNames.length > 0 ? { subjectAlternativeNames: [...alternativeNames] } : {}),
      validationMethod: 'DNS',
      keyAlgorithm: 'EC_prime256v1',
      // A listener names the certificate: the new one takes its place before the old one goes.
      lifecycle: { createBeforeDestroy: true },
    });
    const records = names.map(
      (name) =>
        new Route53Record(this, `${pascalCase(name)}Validation`, {
          zoneId,
          name: validationOption(certificate, name, 'resource_record_name'),
          type: validationOption(certificate, name, 'resource_record_type'),
          records: [validationOption(certificate, name, 'resource_record_value')],
          ttl: 300,
          allowOverwrite: true,
        }),
    );
    const validation = new AcmCertificateValidation(this, 'Validation', {
      certificateArn: certificate.arn,
      validationRecordFqdns: records.map(({ fqdn }) => fqdn),
    });
    this.certificateArn = validation.certificateArn;
  }
}

function validateNames(path: string, domainName: string, names: readonly string[]): void {
  if (domainName.length > LONGEST_COMMON_NAME) {
    throw new Error(
      `${path}: domainName is ${domainName} (${domainName.length} characters), expected at most ${LONGEST_COMMON_NAME}. Give a shorter name, and the long one as an alternative.`,
    );
  }
  const twice = names.find((name, index) => names.indexOf(name) < index);
  if (twice !== undefined) {
    throw new Error(
      `${path}: alternativeNames holds ${twice} twice or as domainName, expected each name once. Remove it.`,
    );
  }
  if (names.length > MOST_NAMES) {
    throw new Error(
      `${path}: alternativeNames is a list of ${names.length - 1}, expected at most ${MOST_NAMES - 1}. Ask for a second certificate.`,
    );
  }
}

/** The record of one name: the options are a set, so it is picked by the name, never by its place. */
function validationOption(certificate: AcmCertificate, name: string, attribute: string): string {
  return `\${[for option in ${certificate.fqn}.domain_validation_options : option.${attribute} if option.domain_name == "${name}"][0]}`;
}
