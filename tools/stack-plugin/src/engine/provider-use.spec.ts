import { providerUse } from './provider-use';

describe('what a state uses of the provider', () => {
  it('is the types of its resources, data sources and ephemeral resources', () => {
    const { types } = providerUse(
      {
        resource: { aws_vpc: { Main: {} }, aws_lb: {} },
        data: { aws_region: {}, aws_vpc: {} },
        ephemeral: { aws_secretsmanager_random_password: {} },
      },
      '',
    );

    expect(types).toEqual(['aws_lb', 'aws_region', 'aws_secretsmanager_random_password', 'aws_vpc']);
  });

  it('is every block that the configuration writes or refers to', () => {
    const { blocks } = providerUse(
      { resource: { aws_lb: { Main: { access_logs: [{ bucket: '${aws_x.Y.inner_block[0].value}' }] } } } },
      '',
    );

    expect(blocks).toEqual(expect.arrayContaining(['access_logs', 'inner_block']));
  });

  it('is what the state holds of blocks that are no longer configured, not what it lists as empty', () => {
    const deployed = JSON.stringify(
      {
        resources: [
          { instances: [{ attributes: { rule: [{ a: 1 }], timeouts: { create: '1m' }, none: [], no: {} } }] },
        ],
      },
      null,
      2,
    );

    const { blocks } = providerUse({}, deployed);

    expect(blocks).toEqual(['attributes', 'instances', 'resources', 'rule', 'timeouts']);
  });
});
