import type { PolicyStatement } from '@dr/iam-policy';
import { LONGEST_POLICY, packStatements } from './pack-statements';

const statement = (Sid: string, actions: number, length = 20): PolicyStatement => ({
  Sid,
  Effect: 'Allow',
  Action: Array.from({ length: actions }, (_each, index) => `s3:${String(index).padStart(length - 3, 'x')}`),
  Resource: ['*'],
});

const sids = (documents: ReturnType<typeof packStatements>) =>
  documents.map(({ Statement }) => (Statement as readonly PolicyStatement[]).map(({ Sid }) => Sid));

describe('packStatements', () => {
  it('puts statements where there is room, within the limit of a policy', () => {
    const documents = packStatements([
      statement('A', 200),
      statement('B', 200),
      statement('C', 20),
      statement('D', 20),
    ]);

    expect(sids(documents)).toEqual([['A', 'C', 'D'], ['B']]);
    for (const document of documents) expect(JSON.stringify(document).length).toBeLessThanOrEqual(LONGEST_POLICY);
  });

  it('parts a statement that is too long by its actions, and leaves none out', () => {
    const documents = packStatements([statement('A', 500)]);
    const actions = documents.flatMap(({ Statement }) =>
      (Statement as readonly PolicyStatement[]).flatMap(({ Action }) => Action as readonly string[]),
    );

    expect(sids(documents)).toEqual([['A1'], ['A2']]);
    expect(actions).toEqual(statement('A', 500).Action);
  });

  it('refuses what no role can have', () => {
    const many = Array.from({ length: 11 }, (_each, index) => statement(`S${index}`, 200));
    const names = { ...statement('A', 1), Resource: Array.from({ length: 400 }, () => 'arn:aws:s3:::a-bucket') };

    expect(() => packStatements(many)).toThrow('11 policies are needed, expected at most 10 of a role.');
    expect(() => packStatements([names])).toThrow(/^A: the statement has \d+ characters, expected at most 6144\. /);
  });
});
