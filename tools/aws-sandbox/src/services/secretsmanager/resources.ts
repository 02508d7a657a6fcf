import { randomInt } from 'node:crypto';
import type { AccountView } from '../../model/account-view';
import { blocks, text } from '../../model/attribute-values';
import { AwsError } from '../../model/aws-error';
import { randomUuid } from '../../model/random-id';
import { isRegion } from '../../model/regions';
import type { ResourceContext, ServiceDefinition } from '../../model/resource-definition';
import type { ObjectValue } from '../../model/value';
import { findKmsKey, kmsKeyCheck } from '../kms/resources';

const NO_ENCRYPTION = {
  code: 'EncryptionFailure',
  message:
    "Secrets Manager can't encrypt the protected secret text using the provided KMS key {value}. Check that the KMS key is available, enabled, and not in an invalid state.",
};

/** AWS Secrets Manager. Codes and words: Secrets Manager API Reference, errors of each action. */
export const secretsmanagerResources: ServiceDefinition = {
  name: 'secretsmanager',
  sdkId: 'Secrets Manager',
  resources: {
    aws_secretsmanager_secret: {
      label: 'Secrets Manager Secret',
      calls: { create: 'CreateSecret', update: 'UpdateSecret', delete: 'DeleteSecret' },
      id: ({ attributes, region, accountId }) =>
        `arn:aws:secretsmanager:${region}:${accountId}:secret:${text(attributes['name'])}-${suffix()}`,
      arn: '{id}',
      importBy: ['name'],
      replaces: ['name', 'name_prefix'],
      defaults: { force_overwrite_replica_secret: false, recovery_window_in_days: 30 },
      conflicts: [['name', 'name_prefix']],
      computed: {
        policy: '',
        'replica.kms_key_id': 'alias/aws/secretsmanager',
        'replica.last_accessed_date': '',
        'replica.status': 'InSync',
        'replica.status_message': '',
      },
      unique: [
        {
          attributes: ['name'],
          refusal: {
            code: 'ResourceExistsException',
            message: 'The operation failed because the secret {value} already exists.',
          },
        },
      ],
      checks: [
        ({ attributes }) => {
          const days = attributes['recovery_window_in_days'];
          if (typeof days === 'number' && days !== 0 && (days < 7 || days > 30)) {
            throw new AwsError(
              'InvalidParameterException',
              'The RecoveryWindowInDays value must be between 7 and 30 days (inclusive).',
              { path: ['recovery_window_in_days'] },
            );
          }
        },
        checkNotWaiting,
        kmsKeyCheck('kms_key_id', NO_ENCRYPTION),
        checkReplicas,
      ],
      // A window of 0 deletes at once; else the name stays taken until the window is over.
      retires: ({ attributes, now }) => {
        const days = Number(attributes['recovery_window_in_days'] ?? 30);
        return days === 0
          ? undefined
          : { pendingDeletion: true, deletionDate: new Date(now.getTime() + days * 86_400_000).toISOString() };
      },
      onDelete: ({ account, id }) =>
        account.findBy('aws_secretsmanager_secret_version', 'secret_id', id).map((version) => ({ remove: version })),
    },
    aws_secretsmanager_secret_version: {
      label: 'Secrets Manager Secret Version',
      calls: { create: 'PutSecretValue', update: 'UpdateSecretVersionStage', delete: 'UpdateSecretVersionStage' },
      id: ({ attributes }) => `${text(attributes['secret_id'])}|terraform-${randomUuid()}`,
      soughtBy: { version_stage: 'version_stages' },
      arn: '',
      replaces: ['secret_id', 'secret_string', 'secret_binary', 'secret_string_wo_version'],
      conflicts: [
        ['secret_string', 'secret_binary'],
        ['secret_string', 'secret_string_wo'],
      ],
      exactlyOneOf: [['secret_string', 'secret_string_wo', 'secret_binary']],
      computed: {
        arn: '{secret_id}',
        has_secret_string_wo: ({ config }) => text(config['secret_string_wo']) !== '',
        version_id: ({ id }) => id.split('|')[1] ?? '',
        version_stages: () => ['AWSCURRENT'],
        secret_string: '',
        secret_binary: '',
      },
      references: [
        {
          attribute: 'secret_id',
          to: 'aws_secretsmanager_secret',
          by: 'arn',
          refusal: {
            code: 'ResourceNotFoundException',
            message: "Secrets Manager can't find the specified secret.",
            status: 400,
          },
        },
      ],
      internal: ({ attributes, config, internal }) => ({
        secretString:
          text(config['secret_string_wo']) ||
          text(config['secret_string']) ||
          text(attributes['secret_string']) ||
          text(internal['secretString']),
      }),
    },
  },
  ephemeral: {
    aws_secretsmanager_random_password: {
      label: 'Secrets Manager Random Password',
      call: 'GetRandomPassword',
      read: ({ config }) => ({ random_password: randomPassword(config) }),
    },
  },
};

const CLASSES = {
  lowercase: 'abcdefghijklmnopqrstuvwxyz',
  uppercase: 'ABCDEFGHIJKLMNOPQRSTUVWXYZ',
  numbers: '0123456789',
  punctuation: '!"#$%&\'()*+,-./:;<=>?@[\\]^_`{|}~',
} as const;

/** As GetRandomPassword: 32 characters, and one of each class, unless the arguments say otherwise. */
function randomPassword(config: ObjectValue): string {
  const length = Number(config['password_length'] ?? 32);
  if (!Number.isInteger(length) || length < 1 || length > 4096) {
    throw new AwsError('InvalidParameterException', `PasswordLength must be between 1 and 4096: ${length}`, {
      path: ['password_length'],
    });
  }
  const excluded = new Set(text(config['exclude_characters']));
  const classes = Object.entries(CLASSES)
    .filter(([name]) => config[`exclude_${name}`] !== true)
    .map(([, characters]) => [...characters].filter((character) => !excluded.has(character)))
    .filter((characters) => characters.length > 0);
  if (config['include_space'] === true) classes.push([' ']);
  const all = classes.flat();
  if (all.length === 0)
    throw new AwsError('InvalidParameterException', 'The password has no character left to be made of.', {
      path: ['exclude_characters'],
    });
  const required =
    config['require_each_included_type'] === false || length < classes.length
      ? []
      : classes.map((characters) => pick(characters));
  const password = [...required, ...Array.from({ length: length - required.length }, () => pick(all))];
  for (let index = password.length - 1; index > 0; index--) {
    const other = randomInt(index + 1);
    [password[index], password[other]] = [password[other] ?? '', password[index] ?? ''];
  }
  return password.join('');
}

function pick(characters: readonly string[]): string {
  return characters[randomInt(characters.length)] ?? '';
}

/** The six characters that end a secret's ARN. */
function suffix(): string {
  return Array.from({ length: 6 }, () => pick([...CLASSES.lowercase, ...CLASSES.uppercase, ...CLASSES.numbers])).join(
    '',
  );
}

function checkNotWaiting({ attributes, account, region, prior }: ResourceContext): void {
  const waiting = account
    .findBy('aws_secretsmanager_secret', 'name', text(attributes['name']), region)
    .some(({ internal }) => internal?.['pendingDeletion'] === true);
  if (prior === null && waiting) {
    throw new AwsError(
      'InvalidRequestException',
      "You can't create this secret because a secret with this name is already scheduled for deletion.",
      { path: ['name'] },
    );
  }
}

function checkReplicas({ attributes, region, account, accountId }: ResourceContext): void {
  for (const replica of blocks(attributes['replica'])) {
    const name = text(replica['region']);
    const key = text(replica['kms_key_id']);
    const path = ['replica'];
    if (!isRegion(name) || name === region) {
      throw new AwsError(
        'InvalidParameterException',
        name === region
          ? 'Invalid replica region. A secret cannot be replicated to its own region.'
          : `Invalid replica region: ${name}`,
        { path },
      );
    }
    const isOurs =
      key !== '' && !key.includes('alias/aws/') && (!key.startsWith('arn:') || key.split(':')[4] === accountId);
    if (isOurs && findKmsKey(account, name, key) === undefined) {
      throw new AwsError(NO_ENCRYPTION.code, NO_ENCRYPTION.message.replace('{value}', key), { path });
    }
  }
}

/**
 * The current value of a secret as one region has it: its own, or the replica of another region's.
 *
 * @param id name or ARN; a replica's ARN differs from the primary's by the region only
 */
export function secretValue(account: AccountView, region: string, id: string) {
  const inRegion = (arn: string) => arn.split(':').with(3, region).join(':');
  const secret = account
    .list('aws_secretsmanager_secret')
    .filter(({ internal }) => internal?.['pendingDeletion'] !== true)
    .find(
      (candidate) =>
        (candidate.attributes['name'] === id || inRegion(candidate.id) === id) &&
        (candidate.region === region ||
          blocks(candidate.attributes['replica']).some((replica) => replica['region'] === region)),
    );
  const [version] =
    secret === undefined ? [] : account.findBy('aws_secretsmanager_secret_version', 'secret_id', secret.id);
  if (secret === undefined || version === undefined) {
    throw new AwsError(
      'ResourceNotFoundException',
      secret === undefined
        ? "Secrets Manager can't find the specified secret."
        : "Secrets Manager can't find the specified secret value for staging label: AWSCURRENT",
    );
  }
  return {
    arn: inRegion(secret.id),
    name: text(secret.attributes['name']),
    secretString: text(version.internal?.['secretString']),
    versionId: text(version.attributes['version_id']),
  };
}
