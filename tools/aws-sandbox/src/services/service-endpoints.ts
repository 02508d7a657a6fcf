import type { Account } from '../account/account';
import { Alarms } from './cloudwatch/alarms';
import { GlobalDatabases } from './rds/global-databases';
import { RowStore } from './rds/row-store';
import type { HealthCheckers } from './route53/health-checkers';
import type { LambdaFunctions } from './lambda/lambda-functions';
import type { MetricSource } from './rds/replication-lag';
import { ObjectStore } from './s3/object-store';
import type { ReplicationLink } from '../model/replication';
import { ItemStore } from './dynamodb/tables/item-store';
import { Topics } from './sns/topics';
import { cloudwatchEndpoint } from './cloudwatch/operations';
import { dynamodbEndpoint } from './dynamodb/operations';
import { lambdaEndpoint } from './lambda/operations';
import { rdsEndpoint } from './rds/operations';
import { rdsDataEndpoint } from './rds/data-operations';
import { route53Endpoint } from './route53/operations';
import { s3Endpoint } from './s3/operations';
import { secretsManagerEndpoint } from './secretsmanager/operations';
import { snsEndpoint } from './sns/operations';
import { ssmEndpoint } from './ssm/operations';
import { stsEndpoint } from './sts/operations';
import type { ServiceEndpoint } from '../endpoint/calls/service-endpoint';

/** What the services keep beside the resources that Terraform sees. */
export interface ServiceState {
  readonly items: ItemStore;
  readonly objects: ObjectStore;
  readonly databases: GlobalDatabases;
  readonly rows: RowStore;
  readonly metrics: MetricSource;
  readonly functions: LambdaFunctions;
  readonly checkers: HealthCheckers;
  readonly alarms: Alarms;
  readonly topics: Topics;
}

export interface ServiceStateOptions {
  readonly account: Account;
  readonly link: ReplicationLink & MetricSource;
  /** How long a promotion or switchover of a global database takes, ms. */
  readonly promotionMs: number;
  readonly nowMs: () => number;
  readonly functions: LambdaFunctions;
  readonly checkers: HealthCheckers;
}

export function openServiceState({
  account,
  link,
  promotionMs,
  nowMs,
  functions,
  checkers,
}: ServiceStateOptions): ServiceState {
  const rows = new RowStore(account, link, nowMs);
  const topics = new Topics({ account, functions, isDark: (region) => link.darkSince(region) !== undefined, nowMs });
  return {
    items: new ItemStore(account, link, nowMs),
    objects: new ObjectStore(account, nowMs),
    databases: new GlobalDatabases({ account, rows, link, moveMs: promotionMs, nowMs }),
    rows,
    metrics: link,
    functions,
    checkers,
    alarms: new Alarms({ account, topics, nowMs }),
    topics,
  };
}

/** Every service that the endpoint serves. */
export function createServiceEndpoints({
  items,
  objects,
  databases,
  rows,
  metrics,
  functions,
  checkers,
  alarms,
  topics,
}: ServiceState): readonly ServiceEndpoint[] {
  return [
    cloudwatchEndpoint(metrics, alarms),
    dynamodbEndpoint(items),
    lambdaEndpoint(functions),
    rdsEndpoint(databases),
    rdsDataEndpoint(databases, rows),
    route53Endpoint(checkers),
    s3Endpoint(objects),
    secretsManagerEndpoint,
    snsEndpoint(topics),
    ssmEndpoint,
    stsEndpoint,
  ];
}
