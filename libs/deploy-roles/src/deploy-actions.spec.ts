import { actionsOfType, allActions, DEPLOY_ACTIONS, factsOf } from './deploy-actions';

const types = Object.entries(DEPLOY_ACTIONS.types);

describe('the table of actions', () => {
  it('has the types that the stacks use, and is made by its script', () => {
    expect(types.length).toBeGreaterThanOrEqual(79);
    expect(Object.keys(DEPLOY_ACTIONS.actions).length).toBeGreaterThanOrEqual(415);
    expect(DEPLOY_ACTIONS.source).toMatch(/^botocore \d+\.\d+\.\d+, @cloud-copilot\/iam-data \d/);
  });

  it.each(types)('%s is created and read, by actions of which the facts are known', (_type, actions) => {
    expect(actions.read.length).toBeGreaterThan(0);
    expect(actions.read.filter((action) => !factsOf(action).reads)).toEqual([]);
    expect(allActions(actions).filter((action) => DEPLOY_ACTIONS.actions[action] === undefined)).toEqual([]);
  });

  it('has an action that deletes each type, but for those that are only taken over or waited for', () => {
    expect(types.filter(([, actions]) => actions.delete.length === 0).map(([type]) => type)).toEqual([
      'aws_acm_certificate_validation',
      'aws_default_security_group',
      'aws_vpc_peering_connection_accepter',
    ]);
  });

  it('has no action that no type needs, and knows which resource each type is', () => {
    const used = new Set(types.flatMap(([, actions]) => allActions(actions)));
    const ofAccount = types.filter(([, { on }]) => on === undefined).map(([type]) => type);

    expect(Object.keys(DEPLOY_ACTIONS.actions).filter((action) => !used.has(action))).toEqual([]);
    expect(ofAccount).toEqual(['aws_cloudwatch_log_resource_policy', 'aws_ecr_replication_configuration']);
    for (const [type, { on }] of types)
      expect([type, on === undefined || on in DEPLOY_ACTIONS.kinds]).toEqual([type, true]);
  });

  it('names the linked role of each type that may make one', () => {
    for (const [type, actions] of types) {
      const mayMakeOne = allActions(actions).includes('iam:CreateServiceLinkedRole');
      expect([type, actionsOfType(type).linkedRole !== undefined]).toEqual([type, mayMakeOne]);
    }
  });
});
