import { text } from '../../model/attribute-values';
import { AwsError } from '../../model/aws-error';
import type { ResourceContext } from '../../model/resource-definition';
import { stableId } from '../../model/stable-id';
import type { ObjectValue } from '../../model/value';

/** Letters, digits and hyphens, first a letter, at most 63, no two hyphens in a row, none at the end [CreateDBCluster]. */
export function identifierCheck(attribute: string): (context: ResourceContext) => void {
  return ({ attributes, prior }) => {
    const value = text(attributes[attribute]);
    if (prior === null && (!/^[A-Za-z](?!.*--)[A-Za-z0-9-]{0,62}$/.test(value) || value.endsWith('-'))) {
      throw new AwsError(
        'InvalidParameterValue',
        `The parameter ${attribute} is not a valid identifier. Identifiers must begin with a letter; must contain only ASCII letters, digits, and hyphens; and must not end with a hyphen or contain two consecutive hyphens.`,
        { path: [attribute] },
      );
    }
  };
}

export function lowerCase(value: string): string {
  return value.toLowerCase();
}

/** The same for all databases of an account in a region. */
export function endpointHash(accountId: string, region: string): string {
  return `c${stableId(11, accountId, region, 'rds')}`;
}

export function defaultVersion(engine: string): string {
  return engine.includes('postgres') ? '16.6' : '8.0.mysql_aurora.3.08.0';
}

export function parameterFamily(attributes: ObjectValue): string {
  const engine = text(attributes['engine']);
  const [major = '', minor = ''] = text(attributes['engine_version']).split('.');
  return engine.includes('postgres') ? `${engine}${major}` : `${engine}${major}.${minor}`;
}

/** Whether a version is lower than another: 16.10 is higher than 16.9. */
export function isLowerVersion(version: string, than: string): boolean {
  const [left, right] = [version, than].map((text) => text.split('.').map(Number)) as [number[], number[]];
  const differing = right.findIndex((part, index) => (left[index] ?? 0) !== part);
  return differing >= 0 && (left[differing] ?? 0) < (right[differing] as number);
}

export function keyNotAccessible() {
  return {
    code: 'KMSKeyNotAccessibleFault',
    message:
      'The specified KMS key [{value}] does not exist, is not enabled or you do not have permissions to access it.',
  };
}
