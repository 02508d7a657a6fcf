import { describeDiagnostic, parseTerraformLine } from './terraform-events';

const resource = { addr: 'aws_vpc.Vpc_1', resource_type: 'aws_vpc' };

describe('parseTerraformLine', () => {
  it.each([
    [
      { type: 'planned_change', change: { resource, action: 'create' } },
      { kind: 'planned', address: 'aws_vpc.Vpc_1', action: 'create' },
    ],
    [
      { type: 'apply_start', hook: { resource, action: 'create' } },
      { kind: 'begun', address: 'aws_vpc.Vpc_1', type: 'aws_vpc', action: 'create', id: undefined },
    ],
    [
      { type: 'apply_complete', hook: { resource, action: 'create', id_key: 'id', id_value: 'vpc-1' } },
      { kind: 'done', address: 'aws_vpc.Vpc_1', type: 'aws_vpc', action: 'create', id: 'vpc-1' },
    ],
    [
      { type: 'apply_errored', hook: { resource, action: 'create' } },
      { kind: 'failed', address: 'aws_vpc.Vpc_1', type: 'aws_vpc', action: 'create', id: undefined },
    ],
    [
      { type: 'change_summary', changes: { add: 3, change: 1, remove: 0, import: 0, operation: 'plan' } },
      { kind: 'counts', operation: 'plan', counts: { add: 3, change: 1, remove: 0 } },
    ],
    [{ type: 'version', terraform: '1.11.4' }, undefined],
    [{ type: 'refresh_start', hook: { resource } }, undefined],
  ])('reads %j', (line, event) => {
    expect(parseTerraformLine(JSON.stringify(line))).toEqual(event);
  });

  it('reads a diagnostic with its address', () => {
    const diagnostic = { severity: 'error', summary: 'Refused', detail: 'No such VPC.', address: 'aws_subnet.A' };

    expect(parseTerraformLine(JSON.stringify({ type: 'diagnostic', diagnostic }))).toEqual({
      kind: 'diagnostic',
      diagnostic,
    });
  });

  it('keeps what is no JSON as text', () => {
    expect(parseTerraformLine('panic: runtime error')).toEqual({ kind: 'text', text: 'panic: runtime error' });
  });
});

describe('describeDiagnostic', () => {
  it('shows summary, place and detail', () => {
    expect(
      describeDiagnostic({
        severity: 'error',
        summary: 'Refused',
        detail: 'No such VPC.\nMake it.',
        address: 'aws_subnet.A',
      }),
    ).toBe('error: Refused (aws_subnet.A)\n  No such VPC.\n  Make it.');
  });
});
