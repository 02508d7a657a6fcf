import { text } from '../../model/attribute-values';
import { AwsError } from '../../model/aws-error';
import { randomBase32 } from '../../model/random-id';
import type { Check, Reference, ResourceContext, ServiceDefinition, Usage } from '../../model/resource-definition';
import type { ResourceRecord } from '../../model/resource-record';
import { policyDocument } from './policy-document';

/** AWS IAM, one for all regions. Codes and words: IAM API Reference, errors of each action. */
export const iam: ServiceDefinition = {
  name: 'iam',
  sdkId: 'IAM',
  resources: {
    aws_iam_role: {
      label: 'IAM Role',
      calls: { create: 'CreateRole', update: 'UpdateRole', delete: 'DeleteRole' },
      scope: 'global',
      id: '{name}',
      arn: ({ accountId, attributes, id }) => `arn:aws:iam::${accountId}:role${text(attributes['path']) || '/'}${id}`,
      replaces: ['name', 'name_prefix', 'path'],
      defaults: { force_detach_policies: false, max_session_duration: 3600, path: '/' },
      conflicts: [['name', 'name_prefix']],
      ranges: { max_session_duration: [3600, 43_200] },
      computed: {
        create_date: ({ now }) => now.toISOString().replace(/\.\d+Z$/, 'Z'),
        managed_policy_arns: () => [],
        unique_id: () => `AROA${randomBase32(17)}`,
      },
      live: {
        managed_policy_arns: ({ account, id }) =>
          account
            .findBy('aws_iam_role_policy_attachment', 'role', id)
            .map(({ attributes }) => text(attributes['policy_arn']))
            .sort(),
      },
      unique: [
        {
          attributes: ['name'],
          refusal: { code: 'EntityAlreadyExists', message: 'Role with name {value} already exists.', status: 409 },
        },
      ],
      checks: [nameCheck('roleName', 64), policyCheck('assume_role_policy')],
      usedBy: [
        {
          ...inUse('aws_iam_role_policy_attachment', 'role', 'Cannot delete entity, must detach all policies first.'),
          except: detachesFirst,
        },
        {
          ...inUse('aws_iam_role_policy', 'role', 'Cannot delete entity, must delete policies first.'),
          except: detachesFirst,
        },
        inUse(
          'aws_iam_instance_profile',
          'role',
          'Cannot delete entity, must remove roles from instance profile first.',
        ),
      ],
      onDelete: ({ account, id }) =>
        ['aws_iam_role_policy_attachment', 'aws_iam_role_policy'].flatMap((type) =>
          account.findBy(type, 'role', id).map((policy) => ({ remove: policy })),
        ),
    },
    aws_iam_role_policy: {
      label: 'IAM Role Policy',
      calls: { create: 'PutRolePolicy', update: 'PutRolePolicy', delete: 'DeleteRolePolicy' },
      scope: 'global',
      id: '{role}:{name}',
      replaces: ['name', 'name_prefix', 'role'],
      conflicts: [['name', 'name_prefix']],
      overwrites: () => true,
      references: [roleReference('role')],
      checks: [policyCheck('policy')],
    },
    aws_iam_role_policy_attachment: {
      label: 'IAM Role Policy Attachment',
      calls: { create: 'AttachRolePolicy', delete: 'DetachRolePolicy' },
      scope: 'global',
      id: '{role}/{policy_arn}',
      replaces: ['role', 'policy_arn'],
      // Attaching what is attached changes nothing.
      overwrites: () => true,
      references: [
        roleReference('role'),
        {
          attribute: 'policy_arn',
          to: 'aws_iam_policy',
          by: 'arn',
          refusal: {
            code: 'NoSuchEntity',
            message: 'Policy {value} does not exist or is not attachable.',
            status: 404,
          },
        },
      ],
    },
    aws_iam_policy: {
      label: 'IAM Policy',
      calls: { create: 'CreatePolicy', update: 'CreatePolicyVersion', delete: 'DeletePolicy' },
      scope: 'global',
      id: ({ accountId, attributes }) =>
        `arn:aws:iam::${accountId}:policy${text(attributes['path']) || '/'}${text(attributes['name'])}`,
      arn: '{id}',
      soughtBy: {
        path_prefix: ({ attributes }) =>
          [...text(attributes['path'])].map((_, end, path) => path.slice(0, end + 1).join('')),
      },
      replaces: ['name', 'name_prefix', 'path', 'description'],
      defaults: { path: '/' },
      conflicts: [['name', 'name_prefix']],
      computed: {
        policy_id: () => `ANPA${randomBase32(17)}`,
        attachment_count: () => 0,
      },
      live: {
        attachment_count: ({ account, arn }) =>
          account.findBy('aws_iam_role_policy_attachment', 'policy_arn', arn).length,
      },
      unique: [
        {
          attributes: ['name'],
          refusal: {
            code: 'EntityAlreadyExists',
            message: 'A policy called {value} already exists. Duplicate names are not allowed.',
            status: 409,
          },
        },
      ],
      checks: [nameCheck('policyName', 128), policyCheck('policy')],
      usedBy: [
        {
          ...inUse('aws_iam_role_policy_attachment', 'policy_arn', 'Cannot delete a policy attached to entities.'),
          holds: 'arn',
        },
      ],
    },
    aws_iam_instance_profile: {
      label: 'IAM Instance Profile',
      calls: { create: 'CreateInstanceProfile', update: 'AddRoleToInstanceProfile', delete: 'DeleteInstanceProfile' },
      scope: 'global',
      id: '{name}',
      arn: ({ accountId, attributes, id }) =>
        `arn:aws:iam::${accountId}:instance-profile${text(attributes['path']) || '/'}${id}`,
      replaces: ['name', 'name_prefix', 'path'],
      defaults: { path: '/' },
      computed: { unique_id: () => `AIPA${randomBase32(17)}` },
      references: [roleReference('role')],
      unique: [
        {
          attributes: ['name'],
          refusal: { code: 'EntityAlreadyExists', message: 'Instance Profile {value} already exists.', status: 409 },
        },
      ],
    },
  },
  dataSources: {
    aws_iam_policy_document: {
      label: 'IAM Policy Document',
      call: 'none',
      arguments: ['override_policy_documents', 'policy_id', 'source_policy_documents', 'statement', 'version'],
      read: ({ config }) => policyDocument(config),
    },
  },
};

/** The role whose ARN a service is to assume. */
export function roleArnReference(attribute: string, refusal: Reference['refusal']): Reference {
  return { attribute, to: 'aws_iam_role', by: 'arn', refusal };
}

/** Whether a role's trust policy lets a service assume it; conditions are not evaluated. */
export function isTrusted(role: ResourceRecord, service: string): boolean {
  const { Statement } = JSON.parse(text(role.attributes['assume_role_policy'])) as { readonly Statement?: unknown };
  const statements = (Array.isArray(Statement) ? Statement : [Statement]) as readonly {
    readonly Effect?: string;
    readonly Principal?: string | { readonly Service?: string | readonly string[] };
  }[];
  return statements.some(
    ({ Effect, Principal }) =>
      Effect === 'Allow' && typeof Principal === 'object' && [Principal.Service].flat().includes(service),
  );
}

function roleReference(attribute: string): Reference {
  return {
    attribute,
    to: 'aws_iam_role',
    refusal: { code: 'NoSuchEntity', message: 'The role with name {value} cannot be found.', status: 404 },
  };
}

function inUse(by: string, attribute: string, message: string): Usage {
  return { by, attribute, refusal: { code: 'DeleteConflict', message, status: 409 } };
}

/** `force_detach_policies` makes the provider remove every policy of the role before the role itself. */
function detachesFirst(_policy: ResourceRecord, { attributes }: ResourceContext): boolean {
  return attributes['force_detach_policies'] === true;
}

function nameCheck(parameter: string, longest: number): Check {
  return ({ attributes }) => {
    const name = text(attributes['name']);
    if (!/^[\w+=,.@-]+$/.test(name) || name.length > longest) {
      const rule =
        name.length > longest
          ? `Member must have length less than or equal to ${longest}`
          : 'It must contain only alphanumeric characters and/or the following: +=,.@_-';
      throw new AwsError('ValidationError', `The specified value for ${parameter} is invalid. ${rule}`, {
        path: ['name'],
      });
    }
  };
}

function policyCheck(attribute: string): Check {
  return ({ attributes }) => {
    const refuse = (message: string) => new AwsError('MalformedPolicyDocument', message, { path: [attribute] });
    let document: unknown;
    try {
      document = JSON.parse(text(attributes[attribute]));
    } catch {
      throw refuse('This policy contains invalid Json');
    }
    const statements = (document as { readonly Statement?: unknown } | null)?.Statement;
    if (statements === undefined) throw refuse('Syntax errors in policy.');
    for (const statement of Array.isArray(statements) ? statements : [statements]) {
      const { Effect, Action, NotAction } = statement as Record<string, unknown>;
      if (Effect !== 'Allow' && Effect !== 'Deny') throw refuse(`Invalid effect: ${String(Effect)}`);
      if (Action === undefined && NotAction === undefined) throw refuse('Policy statement must contain actions.');
    }
  };
}
