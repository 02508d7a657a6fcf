import { ownerIn } from './owner';

describe('ownerIn', () => {
  it.each([
    ["runStackApp({ name: 'data', owner: 'data-team', loadEnvironment }, (app) => {", 'data-team'],
    ['runStackApp({ name: "data", owner: "data-team" }, define)', 'data-team'],
    ["runStackApp({\n  name: 'data',\n  owner:\n    'data-team',\n}, define)", 'data-team'],
    ["const owner = 'data-team'; runStackApp({ name: 'data', owner }, define)", undefined],
    ["runStackApp({ name: 'data', owner: teamOf('data') }, define)", undefined],
    ["runStackApp({ name: 'data', owner: 'Data Team' }, define)", undefined],
    ["runStackApp({ name: 'data', coowner: 'data-team' }, define)", undefined],
    ['', undefined],
  ])('of %j is %s', (source, owner) => {
    expect(ownerIn(source)).toBe(owner);
  });
});
