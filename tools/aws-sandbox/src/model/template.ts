import { randomBytes, randomInt } from 'node:crypto';
import { text, valuesAt } from './attribute-values';
import type { Value, AttributePath } from './value';
import type { Form, Refusal, ResourceContext } from './resource-definition';
import { AwsError } from './aws-error';

/** The value that a form stands for. */
export function fill(form: Form, context: ResourceContext): Value {
  return typeof form === 'function' ? form(context) : fillText(form, context);
}

export function fillText(template: string, context: ResourceContext, value = ''): string {
  return template.replace(/\{([A-Za-z0-9_:.]+)\}/g, (_, place: string) => {
    if (place === 'value') return value;
    if (place === 'id' || place === 'arn' || place === 'region' || place === 'accountId') return context[place];
    if (place.startsWith('hex:')) return randomHex(Number(place.slice(4)));
    const found = valuesAt(context.attributes, place)[0];
    return typeof found === 'number' || typeof found === 'boolean' ? String(found) : text(found);
  });
}

export function refuse(refusal: Refusal, context: ResourceContext, value: string, path?: AttributePath): AwsError {
  return new AwsError(refusal.code, fillText(refusal.message, context, value), {
    ...(refusal.status === undefined ? {} : { status: refusal.status }),
    ...(refusal.call === undefined ? {} : { call: refusal.call }),
    ...(path === undefined ? {} : { path }),
  });
}

/** `0`–`9` and `a`–`f`. */
export function randomHex(length: number): string {
  return randomBytes(Math.ceil(length / 2))
    .toString('hex')
    .slice(0, length);
}

/** Lower-case letters and digits. */
export function randomBase36(length: number): string {
  return Array.from({ length }, () => randomInt(36).toString(36)).join('');
}

/** Capital letters and digits 2 to 7, as in IAM's unique ids and RDS's resource ids. */
export function randomBase32(length: number): string {
  return Array.from({ length }, () => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'[randomInt(32)]).join('');
}

/** A UUID of version 4's form. */
export function randomUuid(): string {
  const hex = randomHex(32);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20)}`;
}
