import { acm } from './acm';
import { applicationAutoScaling } from './applicationautoscaling';
import { backup } from './backup';
import { ServiceCatalog } from './catalog';
import { cloudwatch } from './cloudwatch';
import { dynamodb } from './dynamodb';
import { ec2 } from './ec2';
import { ecr } from './ecr';
import { ecs } from './ecs';
import { elbv2 } from './elbv2';
import { events } from './events';
import { iam } from './iam';
import { kms } from './kms';
import { lambda } from './lambda';
import { logs } from './logs';
import { rds } from './rds';
import { route53 } from './route53';
import { s3 } from './s3';
import { secretsmanager } from './secretsmanager';
import { sns } from './sns';
import { sqs } from './sqs';
import { ssm } from './ssm';
import { sts } from './sts';
import { wafv2 } from './wafv2';

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
