import { describeChange } from './describe-plan';
import { plannedChanges, type ResourceChangeJson } from './planned-changes';

function resource(
  change: Partial<ResourceChangeJson['change']>,
  rest: Partial<ResourceChangeJson> = {},
): ResourceChangeJson {
  return {
    address: 'aws_rds_cluster.Main',
    mode: 'managed',
    type: 'aws_rds_cluster',
    ...rest,
    change: { actions: ['update'], before: {}, after: {}, ...change },
  };
}

const attributesOf = (change: Partial<ResourceChangeJson['change']>) =>
  plannedChanges([resource(change)])[0]?.attributes;

describe('plannedChanges', () => {
  it('tells each value from what to what, and leaves out what stays', () => {
    expect(
      attributesOf({
        before: { name: 'a', size: 1, tags: { owner: 'x', kept: 'y' }, rule: [{ port: 1 }, { port: 2 }] },
        after: { name: 'a', size: 2, tags: { owner: 'z', kept: 'y' }, rule: [{ port: 1 }, { port: 3 }] },
      }),
    ).toEqual([
      { path: 'rule[1].port', before: 2, after: 3 },
      { path: 'size', before: 1, after: 2 },
      { path: 'tags.owner', before: 'x', after: 'z' },
    ]);
  });

  it('tells what is known only later, at any depth, even where it was the same before', () => {
    expect(
      attributesOf({
        before: { arn: 'a', block: [{ id: 'b', kept: 1 }] },
        after: { block: [{ kept: 1 }] },
        after_unknown: { arn: true, block: [{ id: true }] },
      }),
    ).toEqual([
      { path: 'arn', before: 'a', unknown: true },
      { path: 'block[0].id', before: 'b', unknown: true },
    ]);
  });

  it.each([
    [{ ids: ['a'] }, { ids: ['a', 'b'] }, [{ path: 'ids', before: ['a'], after: ['a', 'b'] }]],
    [
      { replica: [{ r: 1 }, { r: 2 }] },
      { replica: [{ r: 1 }] },
      [{ path: 'replica', before: [{ r: 1 }, { r: 2 }], after: [{ r: 1 }] }],
    ],
    [{ a: null }, { a: 'x' }, [{ path: 'a', after: 'x' }]],
    [{ a: 'x' }, { a: null }, [{ path: 'a', before: 'x' }]],
    [{ a: null }, {}, []],
  ])('%j to %j', (before, after, expected) => {
    expect(attributesOf({ before, after })).toEqual(expected);
  });

  it('never holds a secret, and tells one that changes from one that does not', () => {
    const change = { before_sensitive: { password: true }, after_sensitive: { password: true } };
    const [changed] = attributesOf({ before: { password: 'one' }, after: { password: 'two' }, ...change }) ?? [];

    expect(changed).toEqual({
      path: 'password',
      secret: true,
      before: expect.stringMatching(/^sha256:[0-9a-f]{16}$/),
      after: expect.stringMatching(/^sha256:[0-9a-f]{16}$/),
    });
    expect(changed?.before).not.toBe(changed?.after);
    expect(attributesOf({ before: { password: 'one' }, after: { password: 'one' }, ...change })).toEqual([]);
  });

  it('holds no secret that lies deep in a block, or that is one only afterwards', () => {
    const changes = plannedChanges([
      resource({
        before: { block: [{ key: 'old-secret' }], grown: [{ key: 'old-secret' }], token: 'old-secret' },
        after: { block: [{ key: 'new-secret' }], grown: [], token: 'new-secret' },
        before_sensitive: { block: [{ key: true }], grown: [{ key: true }] },
        after_sensitive: { token: true },
      }),
    ]);

    expect(changes[0]?.attributes).toHaveLength(3);
    expect(JSON.stringify(changes)).not.toMatch(/(old|new)-secret/);
  });

  it('says what forces a replacement', () => {
    const [change] = plannedChanges([
      resource({
        actions: ['delete', 'create'],
        before: { database_name: 'trading', size: 1 },
        after: { database_name: 'orders', size: 2 },
        replace_paths: [['database_name']],
      }),
    ]);

    expect(change).toMatchObject({ action: 'replace' });
    expect(describeChange(change as never)).toEqual([
      'replace aws_rds_cluster.Main, forced by database_name',
      '  database_name: "trading" → "orders" (forces the replacement)',
      '  size: 1 → 2',
    ]);
  });

  it.each<[readonly string[], string | undefined, string | undefined]>([
    [['create'], undefined, 'create'],
    [['update'], undefined, 'update'],
    [['delete'], undefined, 'destroy'],
    [['delete', 'create'], undefined, 'replace'],
    [['create', 'delete'], undefined, 'replace'],
    [['forget'], undefined, 'forget'],
    [['create', 'forget'], undefined, 'replace'],
    [['no-op'], 'aws_rds_cluster.Old', 'move'],
    [['no-op'], undefined, undefined],
    [['read'], undefined, undefined],
  ])('%j, moved from %s, is %s', (actions, previousAddress, action) => {
    const [change] = plannedChanges([
      resource({ actions }, previousAddress === undefined ? {} : { previous_address: previousAddress }),
    ]);

    expect(change?.action).toBe(action);
  });

  it('puts what is destroyed and replaced first, and leaves out data sources', () => {
    const changes = plannedChanges([
      resource({ actions: ['create'] }, { address: 'a.made' }),
      resource({ actions: ['update'] }, { address: 'a.changed' }),
      resource({ actions: ['read'] }, { address: 'data.a.read', mode: 'data' }),
      resource({ actions: ['delete', 'create'] }, { address: 'a.replaced' }),
      resource({ actions: ['delete'] }, { address: 'a.gone' }),
    ]);

    expect(changes.map(({ address }) => address)).toEqual(['a.gone', 'a.replaced', 'a.changed', 'a.made']);
  });
});
