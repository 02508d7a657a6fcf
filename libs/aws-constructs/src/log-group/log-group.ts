import { CloudwatchLogGroup } from '@cdktf/provider-aws/lib/cloudwatch-log-group';
import type { ITerraformDependable } from 'cdktf';
import { Construct } from 'constructs';

export interface LogGroupProps {
  /** `/aws/lambda/…`; some names are given by the service that writes. A change replaces the group and loses its events. */
  readonly name: string;
  /** Days that events are kept; CloudWatch Logs takes certain numbers only. */
  readonly retentionDays: number;
  /** Key whose policy names CloudWatch Logs of this region. */
  readonly kmsKeyArn: string;
}

/** An encrypted log group whose events end. */
export class LogGroup extends Construct implements ITerraformDependable {
  readonly logGroupArn: string;
  readonly logGroupName: string;
  /** Dependency of a resource that writes to the group by its name. */
  readonly fqn: string;

  constructor(scope: Construct, id: string, { name, retentionDays, kmsKeyArn }: LogGroupProps) {
    super(scope, id);
    const group = new CloudwatchLogGroup(this, 'Resource', {
      name,
      retentionInDays: retentionDays,
      kmsKeyId: kmsKeyArn,
    });
    this.logGroupArn = group.arn;
    this.logGroupName = group.name;
    this.fqn = group.fqn;
  }
}
