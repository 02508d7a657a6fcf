import { checkTags } from './check-tags';

const refusalOf = (tags: Readonly<Record<string, string>>, service = 'lambda') => {
  try {
    checkTags(service, { attributes: { tags_all: tags } });
  } catch (error) {
    return (error as Error).message;
  }
  return undefined;
};

describe('a tag', () => {
  it('has letters of any language, digits, blanks and _ . : / = + - @', () => {
    expect(refusalOf({ 'cost-centre': 'unit 7/a:b=c+d@e_f.g', äöü: '' })).toBeUndefined();
    expect(refusalOf({ a: 'x'.repeat(256), [`${'k'.repeat(128)}`]: '' })).toBeUndefined();
  });

  it('has any sign in EC2', () => {
    expect(refusalOf({ 'Cost*': 'a#b' }, 'ec2')).toBeUndefined();
  });

  it.each([
    [{ 'cost-centre': 'a#b' }, 'a#b'],
    [{ 'cost-centre': '<none>' }, '<none>'],
    [{ 'a*': '1' }, 'a*'],
    [{ a: 'x'.repeat(257) }, 'x'.repeat(257)],
    [{ ['k'.repeat(129)]: '' }, 'k'.repeat(129)],
  ])('is refused as %j', (tags: Readonly<Record<string, string>>, wrong) => {
    expect(refusalOf(tags)).toContain(`1 validation error detected: '${wrong}' in the tag ${Object.keys(tags)[0]}`);
  });
});
