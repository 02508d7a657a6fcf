import type { ResourceRecord } from './resource-record';

/** Queries that a service's rules may make of an account. */
export interface AccountView {
  readonly accountId: string;
  find(type: string, region: string, id: string): ResourceRecord | undefined;
  findByArn(arn: string): ResourceRecord | undefined;
  /** Resources whose attribute (`block.attribute` reaches into blocks) has a value, or holds it in a list. */
  findBy(type: string, attribute: string, value: string, region?: string): readonly ResourceRecord[];
  list(type: string, region?: string): readonly ResourceRecord[];
}
