import type { Account } from '../account/account';
import { Alarms } from '../alarms/alarms';
import { GlobalDatabases } from '../databases/global-databases';
import { RowStore } from '../databases/row-store';
import type { HealthCheckers } from '../dns/health-checkers';
import type { LambdaFunctions } from '../functions/lambda-functions';
import type { MetricSource } from '../metrics/replication-lag';
import { ObjectStore } from '../objects/object-store';
import type { ReplicationLink } from '../replication/copies';
import { ItemStore } from '../tables/item-store';
import { Topics } from '../topics/topics';
import { cloudwatchEndpoint } from './operations/cloudwatch';
import { dynamodbEndpoint } from './operations/dynamodb';
import { lambdaEndpoint } from './operations/lambda';
import { rdsEndpoint } from './operations/rds';
import { rdsDataEndpoint } from './operations/rds-data';
import { route53Endpoint } from './operations/route53';
import { s3Endpoint } from './operations/s3';
import { secretsManagerEndpoint } from './operations/secrets-manager';
import { snsEndpoint } from './operations/sns';
import { ssmEndpoint } from './operations/ssm';
import { stsEndpoint } from './operations/sts';
import type { ServiceEndpoint } from './service-endpoint';

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
