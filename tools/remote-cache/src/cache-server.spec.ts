import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { request, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createCacheServer } from './cache-server';
import { FolderStore } from './stores/folder-store';

const TOKENS = { read: 'r'.repeat(32), write: 'w'.repeat(32) };
const folder = mkdtempSync(join(tmpdir(), 'dr-cache-'));
const defects: string[] = [];
let server: Server;
let url: string;

beforeAll(async () => {
  const store = await FolderStore.open(folder, 14);
  server = createCacheServer({ store, tokens: TOKENS, largestBytes: 1_000, onDefect: (text) => defects.push(text) });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server.close();
  rmSync(folder, { recursive: true });
});

async function call(method: string, path: string, token?: keyof typeof TOKENS | 'wrong', body?: string) {
  const headers: Record<string, string> = {};
  if (token !== undefined) headers['authorization'] = `Bearer ${token === 'wrong' ? 'x'.repeat(32) : TOKENS[token]}`;
  const response = await fetch(url + path, { method, headers, ...(body === undefined ? {} : { body }) });
  return { status: response.status, text: await response.text() };
}

describe('the remote cache', () => {
  it('gives back what was put, to both tokens', async () => {
    expect(await call('PUT', '/v1/cache/1', 'write', 'one')).toMatchObject({ status: 200 });
    expect(await call('GET', '/v1/cache/1', 'read')).toEqual({ status: 200, text: 'one' });
    expect(await call('GET', '/v1/cache/1', 'write')).toEqual({ status: 200, text: 'one' });
  });

  it('never replaces an artifact', async () => {
    await call('PUT', '/v1/cache/2', 'write', 'first');
    expect(await call('PUT', '/v1/cache/2', 'write', 'second')).toMatchObject({ status: 409 });
    expect(await call('GET', '/v1/cache/2', 'read')).toEqual({ status: 200, text: 'first' });
  });

  it.each([
    ['a token that reads', 'PUT', '/v1/cache/3', 'read', 'poison', 403],
    ['no token', 'PUT', '/v1/cache/3', undefined, 'poison', 401],
    ['no token, asking', 'GET', '/v1/cache/1', undefined, undefined, 401],
    ['another token', 'GET', '/v1/cache/1', 'wrong', undefined, 401],
    ['a path out of the folder', 'PUT', '/v1/cache/..%2f..%2fescaped', 'write', 'x', 404],
    ['a name that is no hash', 'GET', '/v1/cache/a.b', 'read', undefined, 404],
    ['an artifact that is not there', 'GET', '/v1/cache/4', 'read', undefined, 404],
    ['another path', 'GET', '/', 'read', undefined, 404],
    ['another method', 'DELETE', '/v1/cache/1', 'write', undefined, 405],
    ['too much', 'PUT', '/v1/cache/5', 'write', 'x'.repeat(1_001), 413],
  ] as const)('refuses %s', async (_what, method, path, token, body, status) => {
    const before = readdirSync(folder);
    expect((await call(method, path, token, body)).status).toBe(status);
    expect(readdirSync(folder)).toEqual(before);
  });

  it('keeps nothing of an upload that breaks off', async () => {
    const headers = { authorization: `Bearer ${TOKENS.write}`, 'content-length': 100 };
    const upload = request(`${url}/v1/cache/6`, { method: 'PUT', headers });
    upload.on('error', () => undefined);
    upload.write('half');
    while (!readdirSync(folder).some((name) => name.startsWith('6.'))) await new Promise((next) => setTimeout(next, 5));
    upload.destroy();
    // It is told once its part is deleted.
    while (defects.length === 0) await new Promise((next) => setTimeout(next, 5));

    expect(readdirSync(folder).filter((name) => name.startsWith('6'))).toEqual([]);
    expect(defects).toHaveLength(1);
  });

  it('is asked for its health without a token', async () => {
    expect(await call('GET', '/health')).toEqual({ status: 200, text: 'healthy' });
  });
});

it('a folder forgets what was not read for long', async () => {
  const kept = mkdtempSync(join(tmpdir(), 'dr-kept-'));
  const [daysAgo, now] = [(days: number) => new Date(Date.now() - days * 86_400_000), new Date()];
  for (const [name, date] of [
    ['old', daysAgo(15)],
    ['newer', daysAgo(13)],
    ['new', now],
  ] as const) {
    writeFileSync(join(kept, name), name);
    utimesSync(join(kept, name), date, date);
  }
  await FolderStore.open(kept, 14);
  expect(readdirSync(kept).sort()).toEqual(['new', 'newer']);
  rmSync(kept, { recursive: true });
});
