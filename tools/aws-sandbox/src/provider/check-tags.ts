import { isObject } from '../model/attribute-values';
import { AwsError } from '../model/aws-error';
import type { ResourceContext } from '../model/resource-definition';

/** Letters, digits, blanks and a few signs; keys to 128 characters, values to 256 [Tagging guide, limits of tags]. */
const KEY = /^[\p{L}\p{Z}\p{N}_.:/=+@-]{1,128}$/u;
const VALUE = /^[\p{L}\p{Z}\p{N}_.:/=+@-]{0,256}$/u;

/**
 * @param service that the resource is of; EC2 takes any sign [EC2 user guide, tag restrictions]
 * @throws AwsError where a tag is not one that all other services take; words inferred, since each has its own
 */
export function checkTags(service: string, { attributes }: Pick<ResourceContext, 'attributes'>): void {
  if (service === 'ec2') return;
  const tags = attributes['tags_all'] ?? attributes['tags'] ?? null;
  if (!isObject(tags)) return;
  for (const [key, value] of Object.entries(tags)) {
    const wrong = [...(KEY.test(key) ? [] : [key]), ...(VALUE.test(String(value ?? '')) ? [] : [String(value)])][0];
    if (wrong === undefined) continue;
    throw new AwsError(
      'ValidationException',
      `1 validation error detected: '${wrong}' in the tag ${key} failed to satisfy the constraint of tags`,
      { path: ['tags'] },
    );
  }
}
