import { join } from 'node:path';
import { AURORA_PORT, FunctionListener, LambdaFunction } from '@dr/aws-constructs';
import type { databaseContract } from '@dr/data/contract';
import type { Environment } from '@dr/environments';
import type { networkContract } from '@dr/network/contract';
import { NAME_LIMITS, type PlatformState } from '@dr/platform-stack';
import type { OutputsOf, PublishedValues } from '@dr/stack-contracts';
import { Fn, Token } from 'cdktf';
import type { computeContract } from './contract';
import type { ControlTable } from './control-table';
import type { PublicEntry } from './public-entry';

interface RegionCheckProps {
  /** Absolute path of the folder with the built handlers. */
  readonly handlers: string;
  readonly network: OutputsOf<typeof networkContract>;
  readonly database: OutputsOf<typeof databaseContract>;
  readonly controlTable: ControlTable;
  readonly logKmsKeyArn: string;
}

/**
 * The function that finds whether the region can serve. Failover controllers invoke it, and Route 53's checkers ask it at a
 * port of the region's entry that admits them alone: it has no URL, so nothing public uses up its concurrency.
 */
export class RegionCheckFunction {
  readonly functionName: string;
  /** Outputs by which others ask it. */
  readonly outputs: Pick<
    PublishedValues<typeof computeContract.outputs>,
    'checkerPort' | 'healthCheckHost' | 'regionCheckArn'
  >;

  constructor(
    state: PlatformState<Environment>,
    { certificateArn, loadBalancer }: Pick<PublicEntry, 'certificateArn' | 'loadBalancer'>,
    props: RegionCheckProps,
  ) {
    const check = defineRegionCheck(state, 'RegionCheck', 'region-check', props);
    new FunctionListener(state, 'CheckerListener', {
      name: state.resourceName(NAME_LIMITS.targetGroup, 'check'),
      loadBalancerArn: loadBalancer.loadBalancerArn,
      port: Token.asNumber(props.network.checkerPort),
      certificateArn,
      target: check,
    });
    // The release before asks a function of its own by a public URL, until global-dns and the controllers are deployed.
    const url = defineRegionCheck(state, 'HealthCheck', 'health-check', props).addPublicUrl();
    this.functionName = check.functionName;
    this.outputs = {
      healthCheckHost: Fn.trimsuffix(Fn.trimprefix(url, 'https://'), '/'),
      regionCheckArn: check.functionArn,
      checkerPort: props.network.checkerPort,
    };
  }
}

/** Defines a function that probes the region's database and the control table from within the VPC. */
function defineRegionCheck(
  state: PlatformState<Environment>,
  id: string,
  name: string,
  { handlers, network, database, controlTable, logKmsKeyArn }: RegionCheckProps,
): LambdaFunction {
  const { healthCheckFunction, logRetentionDays, regions } = state.environment;
  return new LambdaFunction(state, id, {
    functionName: state.resourceName(NAME_LIMITS.lambdaFunction, name),
    roleName: state.resourceName(NAME_LIMITS.iamRole, name, state.region),
    description: 'Answers Route 53: whether this region can serve',
    archive: join(handlers, 'health-check.zip'),
    memoryMb: healthCheckFunction.memoryMb,
    timeoutSeconds: healthCheckFunction.timeoutSeconds,
    reservedConcurrency: healthCheckFunction.reservedConcurrency,
    logRetentionDays,
    logKmsKeyArn,
    network: {
      subnetIds: network.privateSubnetIds,
      securityGroupIds: [network.serviceSecurityGroupId],
    },
    environment: {
      PRIMARY_REGION: regions.primary.name,
      STANDBY_REGION: regions.standby.name,
      CONTROL_TABLE_NAME: controlTable.tableName,
      DATABASE_HOST: database.readerEndpoint,
      DATABASE_PORT: String(AURORA_PORT),
    },
    statements: [
      { actions: ['dynamodb:GetItem'], resources: controlTable.tableArns },
      { actions: ['kms:Decrypt'], resources: controlTable.keyArns },
    ],
  });
}
