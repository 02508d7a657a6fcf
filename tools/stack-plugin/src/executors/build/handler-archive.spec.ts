import { unzipSync } from 'fflate';
import { createHandlerArchive } from './handler-archive';

describe('createHandlerArchive', () => {
  const code = new TextEncoder().encode('exports.handler = () => {};');

  const sourceMap = new TextEncoder().encode('{"version":3}');

  it('holds the code under the name that Lambda starts, with its source map', () => {
    const files = unzipSync(createHandlerArchive(code, sourceMap));

    expect(Object.keys(files)).toEqual(['index.js', 'index.js.map']);
    expect(new TextDecoder().decode(files['index.js'])).toBe('exports.handler = () => {};');
  });

  it('is the same bytes on another day', () => {
    jest.useFakeTimers({ now: new Date('2031-05-06T07:08:09Z') });
    const later = createHandlerArchive(code, sourceMap);
    jest.useRealTimers();

    expect(later).toEqual(createHandlerArchive(code, sourceMap));
  });
});
