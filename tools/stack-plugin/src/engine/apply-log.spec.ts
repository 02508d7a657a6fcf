import { parseApplyLog } from './apply-log';

const line = (type: string, name: string, action: string, id?: string) =>
  JSON.stringify({
    type,
    hook: { resource: { addr: `aws_vpc.${name}`, resource_type: 'aws_vpc' }, action, ...(id && { id_value: id }) },
  });
const summary = (operation: string) =>
  JSON.stringify({ type: 'change_summary', changes: { add: 1, change: 0, remove: 0, operation } });
const diagnostic = (severity: string) =>
  JSON.stringify({ type: 'diagnostic', diagnostic: { severity, summary: 'Refused' } });

const parse = (...lines: readonly string[]) => parseApplyLog(lines.join('\n'));

describe('the log of an apply', () => {
  it('that was killed names what was made, with its id, and what was being made', () => {
    const log = parse(
      summary('plan'),
      line('apply_start', 'A', 'create'),
      line('apply_start', 'B', 'create'),
      line('apply_start', 'C', 'update'),
      line('apply_complete', 'A', 'create', 'vpc-a'),
      '{"type":"apply_comp',
    );

    expect([...(log?.created ?? [])].map(([address, { type, id }]) => [address, type, id])).toEqual([
      ['aws_vpc.A', 'aws_vpc', 'vpc-a'],
    ]);
    expect([...(log?.pending.keys() ?? [])]).toEqual(['aws_vpc.B']);
  });

  it('that was killed in a replacement names what was destroyed for it', () => {
    const log = parse(
      line('apply_start', 'A', 'delete', 'vpc-old'),
      line('apply_complete', 'A', 'delete'),
      line('apply_start', 'A', 'create'),
      line('apply_complete', 'A', 'create', 'vpc-new'),
    );

    expect([...(log?.destroyed ?? [])]).toEqual([['aws_vpc.A', 'vpc-old']]);
    expect(log?.created.get('aws_vpc.A')?.id).toBe('vpc-new');
  });

  it('counts a creation that failed as one that may be there in part', () => {
    const log = parse(line('apply_start', 'A', 'create'), line('apply_errored', 'A', 'create'));

    expect([...(log?.pending.keys() ?? [])]).toEqual(['aws_vpc.A']);
  });

  it.each([
    ['a summary', summary('apply')],
    ['the summary of a destroy', summary('destroy')],
    ['an error', diagnostic('error')],
  ])('has ended with %s', (_what, last) => {
    expect(parse(line('apply_start', 'A', 'create'), last)).toBeUndefined();
  });

  it.each([
    ['the summary of its plan', summary('plan')],
    ['a warning', diagnostic('warning')],
    ['words', 'panic: runtime error'],
  ])('has not ended with %s', (_what, last) => {
    expect(parse(line('apply_start', 'A', 'create'), last)).toBeDefined();
  });

  it('has not ended with an error before its last change', () => {
    expect(parse(diagnostic('error'), line('apply_start', 'A', 'create'))).toBeDefined();
  });

  it('has begun nothing before the first resource', () => {
    expect(parse(summary('plan'))).toMatchObject({ hasBegun: false });
  });
});
