import { addProperty, editSource } from './source-edits';

const SOURCE = `class One { make() { this.add(new Key('a', { size: 1 }), 'x'); } }\nclass Two { make() { this.add('y'); } }\n`;

describe('a property that is added', () => {
  const SOURCE = `const TYPES = {\n  a: 1,\n  c: { b: 2 },\n};\nconst OTHERS = { TYPES };\n`;

  it('stands before the first one whose name comes later, else at the end', () => {
    const types = { constant: 'TYPES' };

    expect(addProperty(SOURCE, types, '  b: 3,\n')).toContain('{\n  a: 1,\n  b: 3,\n  c: { b: 2 },\n};');
    expect(addProperty(SOURCE, types, '  d: 3,\n')).toContain('{\n  a: 1,\n  c: { b: 2 },\n  d: 3,\n};');
  });

  it('begins an object that has no lines', () => {
    expect(addProperty('const a = { b: {} };\n', { setting: 'b' }, '  c: 1,\n')).toBe(
      'const a = { b: {\n  c: 1,\n} };\n',
    );
  });
});

describe('an edit of a source', () => {
  it('changes one argument of a construction and leaves the others', () => {
    const edited = editSource(SOURCE, { construction: 'Key' }, ({ args, withArgument }) =>
      withArgument(1, `{ ...${args[1]}, size: 2 }`),
    );

    expect(edited).toContain("new Key('a', { ...{ size: 1 }, size: 2 }), 'x')");
  });

  it('finds a class and a literal', () => {
    expect(editSource(SOURCE, { class: 'Two' }, () => 'class Three {}')).toContain('\nclass Three {}\n');
    expect(editSource(SOURCE, { literal: 'y' }, () => "'z'")).toContain("this.add('z')");
  });

  it('finds a call of a function and a property that is read', () => {
    const source = 'publish(keys.first);\n';

    expect(editSource(source, { function: 'publish' }, ({ withArgument }) => withArgument(0, '1'))).toBe(
      'publish(1);\n',
    );
    expect(editSource(source, { property: 'first', of: 'keys' }, () => 'keys.last')).toBe('publish(keys.last);\n');
  });

  it('finds a setting by the path of its properties', () => {
    const source = 'const all = { size: 1, network: { size: 2 } };\n';

    expect(editSource(source, { setting: 'network.size' }, () => '3')).toContain('size: 1, network: { size: 3 }');
    expect(editSource(source, { setting: 'size' }, () => '3')).toContain('size: 3, network: { size: 2 }');
  });

  it.each([
    [{ function: 'this.add' }, '{"function":"this.add"}: found 2 times, expected once. Name what is there now.'],
    [{ construction: 'Lock' }, '{"construction":"Lock"}: found 0 times, expected once. Name what is there now.'],
  ])('is refused where %j is not there once', (target, message) => {
    expect(() => editSource(SOURCE, target, () => '')).toThrow(message);
  });

  it('is refused where it changes nothing, or an argument that is not there', () => {
    expect(() => editSource(SOURCE, { literal: 'y' }, ({ text }) => text)).toThrow(
      '{"literal":"y"}: the change is none, expected another text. Change it otherwise.',
    );
    expect(() => editSource(SOURCE, { construction: 'Key' }, ({ withArgument }) => withArgument(2, '1'))).toThrow(
      '{"construction":"Key"}: argument 2 is missing, expected one. Name another.',
    );
  });
});
