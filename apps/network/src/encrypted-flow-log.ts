import { EncryptionKey, VpcFlowLog } from '@dr/aws-constructs';
import type { Environment } from '@dr/environments';
import { NAME_LIMITS, type PlatformState } from '@dr/platform-stack';

/** The flow log of a region's VPC, encrypted with a key of its own. */
export class EncryptedFlowLog {
  readonly keyArn: string;

  constructor(state: PlatformState<Environment>, { name, vpcId }: { readonly name: string; readonly vpcId: string }) {
    const { accountId, logRetentionDays } = state.environment;
    const { region } = state;
    ({ keyArn: this.keyArn } = new EncryptionKey(state, 'LogsKey', {
      alias: state.resourceName(NAME_LIMITS.kmsAlias, 'network-logs'),
      description: 'Flow logs of the network',
      accountId,
      users: [{ service: 'logs', region }],
    }));
    new VpcFlowLog(state, 'FlowLog', {
      name,
      vpcId,
      region,
      accountId,
      roleName: state.resourceName(NAME_LIMITS.iamRole, 'flow-log', region),
      retentionDays: logRetentionDays,
      kmsKeyArn: this.keyArn,
    });
  }
}
