import { unzipSync } from 'fflate';
import { createHandlerArchive } from './handler-archive';

describe('createHandlerArchive', () => {
  const code = new TextEncoder().encode('exports.handler = () => {};');

  it('holds the code under the name that Lambda starts', () => {
    const files = unzipSync(createHandlerArchive(code));

    expect(Object.keys(files)).toEqual(['index.js']);
    expect(new TextDecoder().decode(files['index.js'])).toBe('exports.handler = () => {};');
  });

  it('is the same bytes on another day', () => {
    jest.useFakeTimers({ now: new Date('2031-05-06T07:08:09Z') });
    const later = createHandlerArchive(code);
    jest.useRealTimers();

    expect(later).toEqual(createHandlerArchive(code));
  });
});
