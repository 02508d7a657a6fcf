import { acm } from './acm/resources';
import { applicationAutoScaling } from './applicationautoscaling/resources';
import { backup } from './backup/resources';
import { ServiceCatalog } from '../model/catalog';
import { cloudwatch } from './cloudwatch/resources';
import { dynamodb } from './dynamodb/resources';
import { ec2 } from './ec2/resources';
import { ecr } from './ecr/resources';
import { ecs } from './ecs/resources';
import { elbv2 } from './elbv2/resources';
import { events } from './events/resources';
import { iam } from './iam/resources';
import { kms } from './kms/resources';
import { lambda } from './lambda/resources';
import { logs } from './logs/resources';
import { rds } from './rds/resources';
import { route53 } from './route53/resources';
import { s3 } from './s3/resources';
import { secretsmanager } from './secretsmanager/resources';
import { sns } from './sns/resources';
import { sqs } from './sqs/resources';
import { ssm } from './ssm/resources';
import { sts } from './sts/resources';
import { wafv2 } from './wafv2/resources';

/** Everything that is known of AWS; a new service is one more name here. */
export function awsServices(): ServiceCatalog {
  return new ServiceCatalog([
    acm,
    applicationAutoScaling,
    backup,
    cloudwatch,
    dynamodb,
    ec2,
    ecr,
    ecs,
    elbv2,
    events,
    iam,
    kms,
    lambda,
    logs,
    rds,
    route53,
    s3,
    secretsmanager,
    sns,
    sqs,
    ssm,
    sts,
    wafv2,
  ]);
}
