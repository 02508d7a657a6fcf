import type { Members } from '../../endpoint/calls/members';
import { pageOf } from '../../endpoint/calls/page';
import type { ServiceApi } from '../../endpoint/calls/service-api';
import type { ServiceEndpoint } from '../../endpoint/calls/service-endpoint';
import { AwsError } from '../../model/aws-error';
import { GLOBAL, type ResourceRecord } from '../../model/resource-record';
import { tagsOf } from '../../model/search';
import type { ObjectValue } from '../../model/value';
import { exists } from '../../provider/check-relations';
import api from './api.json';

/** The largest page [Resource Groups Tagging API Reference, GetResources]. */
const LARGEST_PAGE = 100;
const USUAL_PAGE = 50;

/** Region of the endpoint that lists what belongs to no region [cloud-custodian/cloud-custodian#2729: tried]. */
const REGION_OF_GLOBAL = 'us-east-1';

/** IAM users and roles, which GetResources does not find [Resource Groups Tagging API Reference, supported services]. */
const NOT_FOUND = /^arn:aws:iam::\d*:(user|role)\//;

/** The Resource Groups Tagging API, on the tags of every resource of the account. */
export const resourceGroupsTaggingApiEndpoint: ServiceEndpoint = {
  api: api as ServiceApi,
  invalidInput: 'InvalidParameterException',
  permissions: ({ operation }) => [{ action: `tag:${operation}`, resource: '*' }],
  operations: {
    GetResources: (input, { account, region }) => {
      checkParameters(input);
      const types = listOf<string>(input['ResourceTypeFilters']);
      const arns = listOf<string>(input['ResourceARNList']);
      const filters = listOf<Members>(input['TagFilters']);
      const found = account.records().flatMap((record) => {
        const { arn: id } = record;
        const tags = tagsOf(record);
        if (id === undefined || Object.keys(tags).length === 0 || !isListed(record, id, region)) return [];
        if (types.length > 0 && !types.some((type) => isOfType(id, type))) return [];
        if (arns.length > 0 && !arns.includes(id)) return [];
        return filters.every((filter) => hasTag(tags, filter)) ? [{ id, tags }] : [];
      });
      const limit = Number(input['ResourcesPerPage'] ?? (arns.length > 0 ? LARGEST_PAGE : USUAL_PAGE));
      const { nextToken, records } = pageOf(found, input['PaginationToken'], limit);
      return {
        // Empty on the last page, where other services leave it out.
        PaginationToken: nextToken ?? '',
        ResourceTagMappingList: records.map(({ id, tags }) => ({
          ResourceARN: id,
          Tags: Object.entries(tags).map(([key, value]) => ({ Key: key, Value: value })),
        })),
      };
    },
  },
};

/** @throws AwsError InvalidParameterException for parameters that exclude each other, and for the size of a page */
function checkParameters(input: Members): void {
  const excluded = ['PaginationToken', 'ResourceTypeFilters', 'ResourcesPerPage', 'TagFilters', 'TagsPerPage'];
  const second =
    input['ResourceARNList'] === undefined ? undefined : excluded.find((name) => input[name] !== undefined);
  if (second !== undefined) throw invalid(`ResourceARNList and ${second} cannot be specified in the same request`);
  const limit = Number(input['ResourcesPerPage'] ?? USUAL_PAGE);
  if (limit < 1 || limit > LARGEST_PAGE) throw invalid(`ResourcesPerPage must be between 1 and ${LARGEST_PAGE}`);
  if (listOf<Members>(input['TagFilters']).some(({ Key }) => Key === undefined)) throw invalid('TagFilters need a Key');
}

function invalid(message: string): AwsError {
  return new AwsError('InvalidParameterException', message);
}

function isListed(record: ResourceRecord, arn: string, region: string): boolean {
  const home = record.region === GLOBAL ? REGION_OF_GLOBAL : record.region;
  return home === region && exists(record) && !NOT_FOUND.test(arn);
}

/** @param filter service and type as in the ARN: `ec2`, `ec2:subnet` */
function isOfType(arn: string, filter: string): boolean {
  const [, , service = '', , , ...rest] = arn.split(':');
  const [type = ''] = rest.join(':').split(/[:/]/);
  return filter === service || filter === `${service}:${type}`;
}

/** Any value does where the filter has none; several filters are combined by and, their values by or. */
function hasTag(tags: ObjectValue, { Key: key, Values: values }: Members): boolean {
  const wanted = listOf<string>(values);
  const value = tags[String(key)];
  return value !== undefined && (wanted.length === 0 || wanted.includes(String(value)));
}

function listOf<Element>(value: unknown): readonly Element[] {
  return (value ?? []) as readonly Element[];
}
