import { toPositional } from './named-parameters';

const PARAMETERS = new Map([
  ['id', { value: 'a', type: 'varchar' }],
  ['n', { value: '1', type: 'int8' }],
  ['none', { value: null, type: undefined }],
]);
const positional = (sql: string) =>
  toPositional(sql, PARAMETERS, (name) => {
    throw new Error(`no ${name}`);
  });

describe('named parameters', () => {
  it('become positions with the type of their value, each name one of them', () => {
    expect(positional('SELECT :n, :id, -:n, :none WHERE a = :id')).toEqual({
      text: 'SELECT $1::int8, $2::varchar, -$1::int8, $3 WHERE a = $2::varchar',
      values: ['1', 'a', null],
    });
  });

  it.each([
    "SELECT ':id', 'it''s :id'",
    'SELECT ":id"',
    'SELECT 1 -- :id',
    'SELECT 1 /* :id\n :n */',
    'SELECT $$ :id $$, $body$ :id $$ $body$',
    "SELECT '1'::int8, a::text",
    'SELECT a[1:2]',
  ])('are none in quotes, comments and casts: %s', (sql) => {
    expect(positional(sql)).toEqual({ text: sql, values: [] });
  });

  it('are refused where nothing is given for them', () => {
    expect(() => positional('SELECT :other')).toThrow('no other');
  });
});
