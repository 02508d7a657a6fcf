import {
  configurationOf,
  decodeRecord,
  encodeRecord,
  recordedReaders,
  recordedReadersOf,
  type StateRecord,
} from './state-record';

const RECORD: StateRecord = {
  version: 1,
  stack: 'data',
  owner: 'data-team',
  regions: ['us-east-1', 'us-west-2'],
  publishes: [{ contract: 'database', region: 'us-east-1', store: 'us-east-1' }],
  reads: [
    {
      ...{ contract: 'network', region: 'us-east-1', store: 'us-east-1' },
      outputs: [
        { name: 'subnet-ids', type: 'StringList' },
        { name: 'vpc-id', type: 'String' },
      ],
    },
  ],
  configuration: {
    terraform: { backend: { s3: { bucket: 'states', key: 'data.tfstate', region: 'us-east-1' } } },
    provider: { aws: [{ region: 'us-east-1' }, { region: 'us-west-2', alias: 'other' }] },
  },
  lineage: 'a-lineage',
  serial: 7,
  hash: 'a hash',
  commit: 'f'.repeat(40),
  by: 'arn:aws:iam::222222222222:role/deploy',
  at: '2026-11-27T03:37:46.640Z',
  outcome: 'deployed',
};

describe('the record of a state', () => {
  it('is read as it was written', () => {
    expect(decodeRecord(encodeRecord('data-us-east-1', RECORD))).toEqual(RECORD);
  });

  it.each(['', 'no JSON', '{}', 'null', '{"version":2}', '{"version":1}', '{"version":1,"reads":[1],"publishes":[]}'])(
    'is none where the parameter holds %j',
    (text) => {
      expect(decodeRecord(text)).toBeUndefined();
    },
  );

  it('is refused where the store does not take it, before anything is applied', () => {
    const room = 4_096 - Buffer.byteLength(encodeRecord('data', { ...RECORD, by: '' }));

    expect(() => encodeRecord('data', { ...RECORD, by: 'a'.repeat(room) })).not.toThrow();
    // Bytes are counted, not characters.
    expect(() => encodeRecord('data', { ...RECORD, by: 'é'.repeat(room / 2 + 1) })).toThrow(
      /^data: its record is of 409[78] bytes, expected at most 4096/,
    );
  });

  it('holds of the configuration what a destroy needs, and no tag', () => {
    const { terraform, provider } = RECORD.configuration;

    expect(
      configurationOf({
        terraform,
        provider: { aws: provider.aws.map((each) => ({ ...each, default_tags: [{ tags: { owner: 'data-team' } }] })) },
        resource: { aws_vpc: {} },
      }),
    ).toEqual(RECORD.configuration);
  });

  it('names the recorded states that read a contract in its store', () => {
    const reader = (state: string, region: string, store: string) => ({
      state,
      record: { ...RECORD, reads: [{ contract: 'network', region, store, outputs: [] }] },
    });
    const recorded = [
      reader('own', 'us-east-1', 'us-east-1'),
      reader('mirror', 'us-east-1', 'us-west-2'),
      reader('other', 'us-west-2', 'us-west-2'),
    ];

    expect(recordedReaders(RECORD.reads, recorded).map(({ state }) => state)).toEqual(['own']);
  });

  it('names the recorded states that read an output in its store', () => {
    const reader = (state: string, store: string, ...outputs: string[]) => ({
      state,
      record: {
        reads: [
          {
            contract: 'network',
            region: 'us-east-1',
            store,
            outputs: outputs.map((name) => ({ name, type: 'String' as const })),
          },
        ],
      },
    });
    const recorded = [
      reader('mirror', 'us-west-2', 'vpc-id'),
      reader('other-output', 'us-east-1', 'id', 'zones'),
      reader('second', 'us-east-1', 'zones', 'vpc-id'),
      reader('first', 'us-east-1', 'vpc-id'),
    ];

    expect(recordedReadersOf('/dr/prod/us-east-1/network/vpc-id', 'us-east-1', recorded)).toEqual(['first', 'second']);
  });
});
