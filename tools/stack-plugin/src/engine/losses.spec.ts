import { lossesOf, refuseLosses } from './losses';
import { plannedChanges, type ResourceChangeJson } from './planned-changes';
import type { PlannedState, Run } from './run';

type Values = Readonly<Record<string, unknown>>;

function resource(
  actions: readonly string[],
  before: Values | null,
  after: Values | null = null,
  address = 'aws_x.Y',
): ResourceChangeJson {
  return { address, mode: 'managed', type: 'aws_x', change: { actions, before, after } };
}

const losses = (resources: readonly ResourceChangeJson[], published: readonly string[] = []) =>
  lossesOf(plannedChanges(resources), resources, new Set(published)).map(({ text }) => text);

describe('what is destroyed or replaced', () => {
  it.each([
    'force_destroy',
    'force_delete',
    'skip_final_snapshot',
    'deletion_protection',
    'enable_deletion_protection',
    'deletion_protection_enabled',
    'recovery_window_in_days',
    'deletion_window_in_days',
  ])('is a loss where its type has %s, whatever that is set to', (argument) => {
    for (const actions of [['delete'], ['delete', 'create'], ['create', 'delete'], ['forget']]) {
      expect(losses([resource(actions, { [argument]: null, name: 'x' }, { name: 'y' })])).toEqual([
        expect.stringContaining(`it keeps data or a name: its type is guarded by ${argument}`),
      ]);
    }
  });

  it.each(['aws_sqs_queue', 'aws_cloudwatch_log_group', 'aws_ebs_volume'])(
    'is a loss where it is a %s: it keeps data, and no argument guards it',
    (type) => {
      const gone = { ...resource(['delete', 'create'], { name: 'x' }, { name: 'y' }), type };

      expect(losses([gone])).toEqual(['replace aws_x.Y: it keeps data']);
    },
  );

  it.each(['id', 'arn'])('is a loss where an output that is read holds its %s', (name) => {
    const gone = resource(['delete'], { [name]: 'vpc-1' });

    expect(losses([gone], ['vpc-1'])).toEqual(['destroy aws_x.Y: an output that is read names it (vpc-1)']);
    expect(losses([gone], ['vpc-12'])).toEqual([]);
    expect(losses([resource(['delete'], { [name]: '' })], [''])).toEqual([]);
  });

  it('is none where it keeps nothing, or a version is kept on purpose', () => {
    expect(losses([resource(['delete'], { name: 'x' })])).toEqual([]);
    expect(losses([resource(['create', 'delete'], { skip_destroy: true, arn: 'task:1' }, {})], ['task:1'])).toEqual([]);
  });

  it('is a loss where it is most of a state', () => {
    const of = (destroyed: number, kept: number) => [
      ...Array.from({ length: destroyed }, (_, n) => resource(['delete'], { name: 'x' }, null, `aws_x.gone${n}`)),
      ...Array.from({ length: kept }, (_, n) => resource(['no-op'], { name: 'x' }, { name: 'x' }, `aws_x.kept${n}`)),
    ];

    expect(losses(of(5, 4))).toHaveLength(5);
    expect(losses(of(5, 4))[0]).toBe("destroy aws_x.gone0: one of 5 of the state's 9 resources");
    expect(losses(of(5, 5))).toEqual([]);
    expect(losses(of(4, 0))).toEqual([]);
  });
});

describe('what is changed in place', () => {
  it.each<[Values, Values, string]>([
    [{ deletion_protection: true }, { deletion_protection: false }, 'deletion_protection is switched off'],
    [{ enable_deletion_protection: true }, {}, 'enable_deletion_protection is switched off'],
    [{ storage_encrypted: true }, { storage_encrypted: false }, 'storage_encrypted is switched off'],
    [
      { point_in_time_recovery: [{ enabled: true }] },
      { point_in_time_recovery: [{ enabled: false }] },
      'point_in_time_recovery[0].enabled is switched off',
    ],
    [
      { versioning_configuration: [{ status: 'Enabled' }] },
      { versioning_configuration: [{ status: 'Suspended' }] },
      'versioning_configuration[0].status is switched off',
    ],
    [{ force_destroy: false }, { force_destroy: true }, 'force_destroy is switched on'],
    [{ skip_final_snapshot: false }, { skip_final_snapshot: true }, 'skip_final_snapshot is switched on'],
    [{ backup_retention_period: 7 }, { backup_retention_period: 1 }, 'backup_retention_period goes down from 7 to 1'],
    [{ backup_retention_period: 7 }, {}, 'backup_retention_period goes down from 7 to none'],
    [{ retention_in_days: 365 }, { retention_in_days: 30 }, 'retention_in_days goes down from 365 to 30'],
    [{ retention_in_days: 0 }, { retention_in_days: 30 }, 'retention_in_days goes down from 0 to 30'],
    [
      { replica: [{ region_name: 'a' }, { region_name: 'b' }] },
      { replica: [{ region_name: 'a' }] },
      '1 of 2 copies are removed',
    ],
    [{ replica: [{ region_name: 'a' }] }, { replica: [] }, '1 of 1 copies are removed'],
  ])('%j to %j is a loss', (before, after, reason) => {
    expect(losses([resource(['update'], before, after)])).toEqual([`update aws_x.Y: ${reason}`]);
  });

  it.each<[Values, Values]>([
    [{ deletion_protection: false }, { deletion_protection: true }],
    [{ force_destroy: true }, { force_destroy: false }],
    [{ backup_retention_period: 1 }, { backup_retention_period: 7 }],
    [{ retention_in_days: 30 }, { retention_in_days: 365 }],
    [{ retention_in_days: 30 }, { retention_in_days: 0 }],
    [{ replica: [{ region_name: 'a' }] }, { replica: [{ region_name: 'a' }, { region_name: 'b' }] }],
    [{ size: 7 }, { size: 1 }],
    [{ enabled: true }, { enabled: false }],
  ])('%j to %j is none', (before, after) => {
    expect(losses([resource(['update'], before, after)])).toEqual([]);
  });
});

describe('refuseLosses', () => {
  const plans = new Map([
    [
      'data-us-east-1',
      {
        plan: {
          changes: [{ address: 'aws_sqs_queue.Orders', type: 'aws_sqs_queue', action: 'replace', attributes: [] }],
          resources: [],
        },
      } as unknown as PlannedState,
    ],
  ]);
  const run = (options: Partial<Run['options']>) =>
    ({
      options: { allow: [], ...options },
      allowedChanges: [],
      manifests: [],
      otherManifests: [],
      records: { states: new Map(), dark: new Set() },
    }) as unknown as Run;

  it('asks whoever permits a loss by its state, address and action, and refuses any other', async () => {
    const asked: object[] = [];
    const permits = (loss: object) => asked.push(loss) > 0;

    await expect(refuseLosses(run({ permits }), plans)).resolves.toBeUndefined();
    await expect(refuseLosses(run({ permits: () => false }), plans)).rejects.toThrow('replace aws_sqs_queue.Orders');
    await expect(refuseLosses(run({}), plans)).rejects.toThrow('replace aws_sqs_queue.Orders');
    expect(asked).toMatchObject([{ state: 'data-us-east-1', address: 'aws_sqs_queue.Orders', action: 'replace' }]);
  });
});
