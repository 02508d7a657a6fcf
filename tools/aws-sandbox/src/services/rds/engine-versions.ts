import { text } from '../../model/attribute-values';
import { AwsError, ProviderRefusal } from '../../model/aws-error';
import type { DataSourceDefinition } from '../../model/resource-definition';
import type { ObjectValue } from '../../model/value';
import { isLowerVersion, parameterFamily } from './naming';

/**
 * Minor versions of Aurora PostgreSQL by major version, up to the newest that the table names: Aurora leaves out some of
 * PostgreSQL's own [Aurora user guide, available upgrade targets]. What is newer than the table is taken as it comes.
 */
const AURORA_POSTGRESQL: Readonly<Record<string, readonly number[]>> = {
  16: [1, 2, 3, 4, 6, 8, 9, 10],
  17: [4, 5, 6, 7],
};

/**
 * Minor version of PostgreSQL 16 that a major version's minor 0 would have been released with: a cluster is not upgraded to
 * one that is older than its own [Aurora user guide, available upgrade targets: 16.10 to 17.6 and no lower].
 */
const BEHIND_16: Readonly<Record<string, number>> = { 16: 0, 17: 4, 18: 10 };

/** Whether Aurora offers a version, as far as is known here: only that it does not is certain. */
export function isOffered(engine: string, version: string): boolean {
  const [major = '', minor] = version.split('.').map(Number);
  const known = engine === 'aurora-postgresql' ? AURORA_POSTGRESQL[major] : undefined;
  return known === undefined || known.includes(minor as number) || (minor as number) > (known.at(-1) as number);
}

/**
 * Refuses a version that a cluster or a global database cannot be upgraded to: one that is lower, or that Aurora has not
 * [terraform-aws-rds-aurora 308; cloud-platform-environments 7615].
 */
export function checkUpgradeTarget(engine: string, from: string, to: string): void {
  const isOlder = isLowerVersion(to, from) || (engine === 'aurora-postgresql' && quarterOf(to) < quarterOf(from));
  if (to === from || (!isOlder && isOffered(engine, to))) return;
  throw new AwsError('InvalidParameterCombination', `Cannot upgrade ${engine} from ${from} to ${to}`, {
    path: ['engine_version'],
  });
}

/** Place of a version among the releases of PostgreSQL, which come for all major versions at once; none where it is unknown. */
function quarterOf(version: string): number {
  const [major = '', minor = NaN] = version.split('.').map(Number);
  return minor + (BEHIND_16[major] ?? NaN);
}

/** Refuses to make a cluster of a version that Aurora has not [terraform-provider-aws 2419]. */
export function checkVersionOfNew({ engine, engine_version: version }: ObjectValue): void {
  if (isOffered(text(engine), text(version))) return;
  throw new AwsError('InvalidParameterCombination', `Cannot find version ${text(version)} for ${text(engine)}`, {
    path: ['engine_version'],
  });
}

/** Refuses to make a global database of a version that Aurora has not [terraform-provider-aws 28189]. */
export function checkVersionOfNewGlobal({ engine, engine_version: version }: ObjectValue): void {
  if (isOffered(text(engine), text(version))) return;
  throw new AwsError(
    'InvalidParameterValue',
    'The requested engine version was not found or does not support global functionality',
    { path: ['engine_version'] },
  );
}

/** One version by its number; none is withdrawn here. Words of the provider, without the request that it prints. */
export const engineVersion: DataSourceDefinition = {
  label: 'RDS Engine Version',
  call: 'DescribeDBEngineVersions',
  arguments: ['engine', 'include_all', 'version'],
  read: ({ config }) => {
    const [engine, version] = [text(config['engine']), text(config['version'])];
    if (version === '' || !isOffered(engine, version))
      throw new ProviderRefusal(`no RDS engine versions found: ${engine} ${version}`, ['version']);
    return {
      id: version,
      engine,
      version,
      version_actual: version,
      parameter_group_family: parameterFamily({ engine, engine_version: version }),
      status: 'available',
      supports_global_databases: true,
    };
  },
};
