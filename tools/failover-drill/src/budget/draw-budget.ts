import type { MeasuredDrill } from './measured-drill';
import { objectiveOf, type RecoveryObjectives, type TierBudget } from '@dr/recovery';

const WIDTH = 960;
const LEFT = 210;
const RIGHT = 40;
const PLOT = WIDTH - LEFT - RIGHT;
const BAR = 20;
const ROW = 72;
const TOP = 56;

/** Colour-blind safe: after Okabe and Ito, then after Tol. */
const COLOURS = [
  ...['#0072B2', '#E69F00', '#009E73', '#CC79A7', '#56B4E9', '#D55E00', '#8C8C8C', '#F0E442'],
  ...[
    '#882255',
    '#44AA99',
    '#332288',
    '#DDCC77',
    '#AA4499',
    '#999933',
    '#117733',
    '#6699CC',
    '#661100',
    '#CC6677',
    '#AA7744',
    '#6A3D9A',
    '#2F4F4F',
  ],
];

const LEGEND_COLUMNS = 4;
const LEGEND_ROW = 22;

/**
 * The budget as a chart: two stacked bars a tier, typical and worst, a line where the objective is, and a mark where a
 * drill came out.
 */
export function drawBudget(
  environment: string,
  budget: readonly TierBudget[],
  objectives: RecoveryObjectives,
  drill?: MeasuredDrill,
): string {
  const names = [...new Set(budget.flatMap(({ terms }) => terms.map(({ name }) => name)))];
  const colourOf = (term: string) => COLOURS[names.indexOf(term) % COLOURS.length] ?? '#000000';
  const legendTop = TOP + budget.length * ROW + 4;
  const height = legendTop + Math.ceil(names.length / LEGEND_COLUMNS) * LEGEND_ROW + 8;
  // Minutes beside seconds would leave nothing to see of the seconds.
  const scaleOf = ({ tier, unit }: TierBudget) => /^SQL writes|^database loss, unseen/.exec(tier)?.[0] ?? unit;
  const longest = (like: TierBudget) =>
    Math.max(
      ...budget
        .filter((tier) => scaleOf(tier) === scaleOf(like))
        .flatMap(({ tier, worst }) => [worst, objectiveOf(tier, objectives)?.limit ?? 0, drill?.values[tier] ?? 0]),
    ) * 1.08;
  const rows = budget.map((tier, index) => {
    const scale = PLOT / longest(tier);
    const limit = objectiveOf(tier.tier, objectives)?.limit;
    return drawTier(tier, TOP + index * ROW, scale, limit, drill?.values[tier.tier], colourOf);
  });
  const legend = names.map((name, index) => {
    const x = LEFT + ((index % LEGEND_COLUMNS) * PLOT) / LEGEND_COLUMNS;
    const y = legendTop + Math.floor(index / LEGEND_COLUMNS) * LEGEND_ROW;
    return `<rect x="${x}" y="${y}" width="12" height="12" fill="${colourOf(name)}"/><text x="${x + 17}" y="${y + 11}">${escape(name)}</text>`;
  });
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" font-family="sans-serif" font-size="13" fill="#222222">`,
    `<title>Recovery budget of ${escape(environment)}</title>`,
    `<rect width="${WIDTH}" height="${height}" fill="#ffffff"/>`,
    `<text x="16" y="28" font-size="17" font-weight="bold">Recovery budget of ${escape(environment)}: upper bar typical, lower bar worst case, pale until a person is called${drill === undefined ? '' : ', diamond a drill in the sandbox'}</text>`,
    ...rows,
    ...legend,
    '</svg>',
    '',
  ].join('\n');
}

function drawTier(
  { isCall, tier, unit, terms, typical, worst }: TierBudget,
  top: number,
  scale: number,
  limit: number | undefined,
  measured: number | undefined,
  colourOf: (term: string) => string,
): string {
  type Term = TierBudget['terms'][number];
  const bar = (
    read: (term: Term) => number,
    y: number,
    opacity: (term: Term) => number,
    describe: (term: Term) => string,
  ) => {
    let x = LEFT;
    return terms.map((term) => {
      const width = read(term) * scale;
      const piece = `<rect x="${round(x)}" y="${y}" width="${round(width)}" height="${BAR}" fill="${colourOf(term.name)}" fill-opacity="${opacity(term)}"><title>${escape(term.name)}: ${describe(term)}</title></rect>`;
      x += width;
      return piece;
    });
  };
  const amount = (value: number) => `${value} ${unit}`;
  const label = (value: number, y: number, more = '') =>
    `<text x="${round(LEFT + value * scale + 6)}" y="${y + 15}">${amount(value)}${more}</text>`;
  const line =
    limit === undefined
      ? []
      : [
          `<line x1="${round(LEFT + limit * scale)}" x2="${round(LEFT + limit * scale)}" y1="${top - 4}" y2="${top + 2 * BAR + 8}" stroke="#B00020" stroke-width="2" stroke-dasharray="5 3"/>`,
          `<text x="${round(LEFT + limit * scale)}" y="${top - 8}" text-anchor="middle" fill="#B00020" font-size="11">objective ${limit} ${unit}</text>`,
        ];
  const mark = measured === undefined ? [] : [drawDiamond(LEFT + measured * scale, top, `${measured} ${unit}`)];
  return [
    `<text x="${LEFT - 12}" y="${top + BAR + 6}" text-anchor="end">${escape(tier)}</text>`,
    ...bar(
      (term) => term.typical,
      top,
      () => 0.6,
      (term) => amount(term.typical),
    ),
    label(typical, top),
    ...bar(
      (term) => term.worst,
      top + BAR + 4,
      ({ isCall: pale }) => (pale === true ? 0.35 : 1),
      (term) => (term.isCall === true ? `a person is called after ${amount(term.worst)}` : amount(term.worst)),
    ),
    label(worst, top + BAR + 4, isCall ? ', or a person' : ''),
    ...line,
    ...mark,
  ].join('\n');
}

function drawDiamond(x: number, top: number, what: string): string {
  const y = top + BAR + 2;
  const points = [
    [x, y - 7],
    [x + 7, y],
    [x, y + 7],
    [x - 7, y],
  ].map(([across = 0, down = 0]) => `${round(across)},${round(down)}`);
  return `<polygon points="${points.join(' ')}" fill="#ffffff" stroke="#222222" stroke-width="1.5"><title>drill: ${what}</title></polygon>`;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}

function escape(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
