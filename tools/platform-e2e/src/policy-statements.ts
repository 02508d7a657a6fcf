import type { SynthesizedResource } from './synthesized';

/** Policy that is attached to a principal, policy that says who may assume a role, or policy of a resource. */
export type PolicyKind = 'identity' | 'trust' | 'resource';

/** One statement of a policy document, its single values as lists. */
export interface PolicyStatement {
  readonly resource: SynthesizedResource;
  readonly kind: PolicyKind;
  readonly effect: string;
  /** `Service:lambda.amazonaws.com`, `AWS:arn:aws:iam::222222222222:root` or `*`; empty in an identity policy. */
  readonly principals: readonly string[];
  readonly actions: readonly string[];
  /** Resources; a part that Terraform fills in reads `<reference>`. */
  readonly resources: readonly string[];
  /** `StringEquals aws:SourceAccount=222222222222` */
  readonly conditions: readonly string[];
  /** Those of NotAction, NotResource and NotPrincipal that are present: they mean all but what is named. */
  readonly inverted: readonly string[];
}

const IDENTITY_TYPES = /^aws_iam_(role|user|group)?_?policy$/;

/** Arguments of that name which are no policy of IAM. */
const OTHER_POLICIES = ['aws_ecr_lifecycle_policy.policy'];

type Json = Readonly<Record<string, unknown>>;

/**
 * Every statement of every policy document of a resource, however deep it is nested.
 *
 * @throws when a policy argument is no document that can be read, as one that a data source renders
 */
export function policyStatements(resource: SynthesizedResource): readonly PolicyStatement[] {
  return textsOf(resource.attributes).flatMap(({ argument, text }) => {
    const isPolicy = /(^|_)policy(_document)?$/.test(argument) && !/^(ssl|security)_policy$/.test(argument);
    if (OTHER_POLICIES.includes(`${resource.type}.${argument}`)) return [];
    const document = parseDocument(text);
    if (document === undefined) {
      if (!isPolicy) return [];
      throw new Error(
        `${resource.state}: ${resource.type}.${resource.name}: ${argument} is ${text}, expected a policy document. Write it as JSON.stringify of an object, so that it can be checked.`,
      );
    }
    return [document['Statement'] as Json | readonly Json[]].flat().map((statement) => ({
      resource,
      kind: kindOf(resource.type, argument),
      effect: String(statement['Effect']),
      principals: pairs(statement['Principal'] ?? statement['NotPrincipal'] ?? []),
      actions: list(statement['Action'] ?? statement['NotAction']),
      resources: list(statement['Resource'] ?? statement['NotResource']),
      conditions: Object.entries((statement['Condition'] ?? {}) as Json)
        .flatMap(([operator, tests]) => pairs(tests, '=').map((test) => `${operator} ${test}`))
        .sort(),
      inverted: ['NotAction', 'NotResource', 'NotPrincipal'].filter((key) => key in statement),
    }));
  });
}

/** A statement in one line: who may do what, on what, and under which conditions. */
export function describeStatement({ principals, actions, resources, conditions, ...rest }: PolicyStatement): string {
  const { type, region, attributes } = rest.resource;
  const text = [
    `${type}: ${principals.join(', ')}`,
    ...rest.inverted,
    actions.join(' '),
    `on ${resources.join(' ') || 'itself'}`,
    ...(conditions.length > 0 ? [`if ${conditions.join(' and ')}`] : []),
  ].join(' | ');
  return text.replaceAll(/\b\d{12}\b/g, '<account>').replaceAll(String(attributes['region'] ?? region), '<region>');
}

function kindOf(type: string, argument: string): PolicyKind {
  if (argument === 'assume_role_policy') return 'trust';
  return IDENTITY_TYPES.test(type) || type === 'aws_iam_role' ? 'identity' : 'resource';
}

function parseDocument(text: string): Json | undefined {
  if (!text.startsWith('{')) return undefined;
  try {
    // What Terraform fills in has quotes of its own.
    const document = JSON.parse(text.replace(/\$\{[^}]*\}/g, '<reference>')) as Json;
    return 'Statement' in document ? document : undefined;
  } catch {
    return undefined;
  }
}

function textsOf(value: unknown, argument = ''): readonly { readonly argument: string; readonly text: string }[] {
  if (typeof value === 'string') return [{ argument, text: value }];
  if (Array.isArray(value)) return value.flatMap((inner) => textsOf(inner, argument));
  return Object.entries((value ?? {}) as Json).flatMap(([name, inner]) => textsOf(inner, name));
}

const list = (value: unknown) => (value === undefined ? [] : [value].flat().map(String));

/** `{ Service: ['a', 'b'] }` as `Service:a` and `Service:b`. */
function pairs(value: unknown, separator = ':'): readonly string[] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return list(value);
  return Object.entries(value).flatMap(([key, inner]) => list(inner).map((one) => `${key}${separator}${one}`));
}
