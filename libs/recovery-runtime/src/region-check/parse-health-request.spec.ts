import { parseHealthRequest } from './parse-health-request';

describe('what is asked', () => {
  it.each([
    ['/', 'serving'],
    ['/able', 'healthy'],
  ])('at %s is %s', (rawPath, kind) => {
    expect(parseHealthRequest({ version: '2.0', rawPath })).toEqual({ kind });
    expect(parseHealthRequest({ httpMethod: 'GET', path: rawPath })).toEqual({ kind });
  });

  it.each(['', '/latch', '/admin', 'toString', '__proto__'])('at %j is nothing', (rawPath) => {
    expect(parseHealthRequest({ rawPath })).toEqual({ kind: 'unknown' });
  });

  it.each<[string, unknown, string]>([
    ['nothing', undefined, 'the event is undefined, expected an object'],
    ['null', null, 'the event is null, expected an object'],
    ['a text', '/latch', 'the event is string, expected an object'],
    ['an event of another source', { source: 'aws.events' }, 'the path is undefined, expected a text'],
    ['a path that is no text', { rawPath: ['/latch'] }, 'the path is object, expected a text'],
    ['a path that is null', { rawPath: null }, 'the path is null, expected a text'],
  ])('by %s is no question', (_what, event, problem) => {
    expect(parseHealthRequest(event)).toEqual({ kind: 'malformed', problem });
  });
});
