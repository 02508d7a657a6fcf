import { rmSync } from 'node:fs';
import type { ObjectValue } from '../../model/value';
import { TerraformClient } from '../../testing/terraform-client';

let terraform: TerraformClient;

beforeEach(() => {
  terraform = new TerraformClient();
});

afterEach(() => {
  terraform.close();
  rmSync(terraform.home, { recursive: true, force: true });
});

describe('a repository', () => {
  it('has the address that images are pushed to', () => {
    const state = terraform.apply('aws_ecr_repository', { name: 'orders' });

    expect(state).toMatchObject({
      id: 'orders',
      arn: 'arn:aws:ecr:us-east-1:000000000000:repository/orders',
      repository_url: '000000000000.dkr.ecr.us-east-1.amazonaws.com/orders',
      registry_id: '000000000000',
      image_tag_mutability: 'MUTABLE',
    });
    expect(terraform.changes('aws_ecr_repository', { name: 'orders' }, state)).toEqual([]);
  });

  it('is another one with another key, and wants one of its region', () => {
    const key = terraform.apply('aws_kms_key', {});
    const elsewhere = terraform.apply('aws_kms_key', { region: 'us-west-2' });
    const encrypted = (arn: typeof key): ObjectValue => ({
      name: 'orders',
      encryption_configuration: [{ encryption_type: 'KMS', kms_key: arn['arn'] ?? null }],
    });
    const state = terraform.apply('aws_ecr_repository', { name: 'orders' });

    expect(terraform.replacements('aws_ecr_repository', encrypted(key), state)).toEqual(['encryption_configuration']);
    expect(terraform.refusal('aws_ecr_repository', { ...encrypted(elsewhere), name: 'trades' })?.[0]).toContain(
      `KmsException: Key '${String(elsewhere['arn'])}' does not exist`,
    );
  });

  it('refuses a name with capitals, and one that is taken', () => {
    terraform.apply('aws_ecr_repository', { name: 'orders' });

    expect(terraform.refusal('aws_ecr_repository', { name: 'Orders' })?.[1]).toBe('name');
    expect(terraform.refusal('aws_ecr_repository', { name: 'orders' })?.[0]).toContain(
      "RepositoryAlreadyExistsException: The repository with name 'orders' already exists in the registry with id '000000000000'",
    );
  });
});

describe('a lifecycle policy', () => {
  it('wants its repository, and rules with priorities of their own', () => {
    terraform.apply('aws_ecr_repository', { name: 'orders' });
    const rule = { rulePriority: 1, selection: { tagStatus: 'any' } };
    const policyOf = (repository: string, ...rules: object[]) => ({ repository, policy: JSON.stringify({ rules }) });

    expect(terraform.refusal('aws_ecr_lifecycle_policy', policyOf('trades', rule))?.[1]).toBe('repository');
    expect(terraform.refusal('aws_ecr_lifecycle_policy', policyOf('orders', rule, rule))?.[1]).toBe('policy');
    expect(terraform.refusal('aws_ecr_lifecycle_policy', policyOf('orders', rule))).toBeUndefined();
  });
});

describe('the replication of a registry', () => {
  const to = (region: string) => ({
    replication_configuration: [{ rule: [{ destination: [{ region, registry_id: '000000000000' }] }] }],
  });

  it('goes to another region', () => {
    expect(terraform.refusal('aws_ecr_replication_configuration', to('us-east-1'))?.[0]).toContain(
      'Replication destination cannot be the same as the source registry: 000000000000, us-east-1',
    );
    expect(terraform.refusal('aws_ecr_replication_configuration', to('us-west-2'))).toBeUndefined();
  });

  it('is one for the account and region', () => {
    const first = terraform.apply('aws_ecr_replication_configuration', to('us-west-2'));

    const second = terraform.apply('aws_ecr_replication_configuration', to('us-east-2'));

    expect(terraform.account.list('aws_ecr_replication_configuration')).toHaveLength(1);
    expect(terraform.refresh('aws_ecr_replication_configuration', first)).toEqual(second);
  });
});
