import { text, valuesAt } from './attribute-values';
import { AwsError } from './aws-error';
import { randomHex } from './random-id';
import type { Template, Refusal, ResourceContext } from './resource-definition';
import type { Value, AttributePath } from './value';

/** The value that a template stands for. */
export function render(template: Template, context: ResourceContext): Value {
  return typeof template === 'function' ? template(context) : renderText(template, context);
}

export function renderText(template: string, context: ResourceContext, value = ''): string {
  return template.replace(/\{([A-Za-z0-9_:.]+)\}/g, (_, place: string) => {
    if (place === 'value') return value;
    if (place === 'id' || place === 'arn' || place === 'region' || place === 'accountId') return context[place];
    if (place.startsWith('hex:')) return randomHex(Number(place.slice(4)));
    const found = valuesAt(context.attributes, place)[0];
    return typeof found === 'number' || typeof found === 'boolean' ? String(found) : text(found);
  });
}

export function refuse(refusal: Refusal, context: ResourceContext, value: string, path?: AttributePath): AwsError {
  return new AwsError(refusal.code, renderText(refusal.message, context, value), {
    ...(refusal.status === undefined ? {} : { status: refusal.status }),
    ...(refusal.call === undefined ? {} : { call: refusal.call }),
    ...(path === undefined ? {} : { path }),
  });
}
