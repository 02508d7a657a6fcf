import { Token } from 'cdktf';
import { changedTokens } from './changed-tokens';

const token = () => Token.asString({ resolve: () => '${local.a}', creationStack: [], toString: () => '' });

describe('changedTokens', () => {
  it.each<[string, unknown]>([
    ['converted to upper case', token().toUpperCase()],
    ['cut at its end', token().slice(0, -1)],
    ['trimmed at a sign of its own', token().replace('}', '')],
    ['converted to a number', null],
    ['calculated with', (Token.asNumber({ resolve: () => 1, creationStack: [], toString: () => '' }) as number) * 2],
    ['spread into an object', { ...(token() as unknown as object) }],
    ['spread into a list', [...token()]],
  ])('are values of a token that was %s', (_what, value) => {
    const path = ['resource', 'aws_x', 'Name', 'name'];

    expect(changedTokens('orders', { resource: { aws_x: { Name: { name: value } } } })).toEqual([
      { state: 'orders', path, value },
    ]);
  });

  it('are found in lists and blocks, each by its place', () => {
    const half = '${TfToken[TOKEN';

    const found = changedTokens('orders', { locals: { a: [{ b: half }, 'x', half] } });

    expect(found.map(({ path }) => path.join('.'))).toEqual(['locals.a.0.b', 'locals.a.2']);
  });

  it('are no values of Terraform, and no metadata', () => {
    const value = { a: '${local.a}', b: [], c: {}, d: ['x', 'y'], e: 1e12, f: '', g: true, '//': { x: null } };

    expect(changedTokens('orders', { resource: { aws_x: { Name: value } } })).toEqual([]);
  });
});
