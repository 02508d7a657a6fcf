import type { ElkExtendedEdge, ElkNode } from 'elkjs/lib/elk-api';
import type { Overview, OverviewState } from './overview';

/** Stack in a region, with its states: a box of the picture. */
export interface Box {
  /** `network us-east-1` */
  readonly id: string;
  readonly stack: string;
  readonly owner: string;
  readonly region: string;
  readonly states: readonly OverviewState[];
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** All that one box publishes and another reads. */
export interface Link {
  readonly from: string;
  readonly to: string;
  readonly isAcross: boolean;
  readonly edges: Overview['edges'];
  /** Path of SVG. */
  readonly path: string;
  /** Place of its label. */
  readonly label: { readonly x: number; readonly y: number };
}

export interface Lane {
  readonly region: string;
  readonly role: string;
  readonly x: number;
  readonly width: number;
}

/** A picture of an environment: a lane a region, a box a stack and region, a link for what is read. */
export interface Picture {
  readonly width: number;
  readonly height: number;
  readonly lanes: readonly Lane[];
  readonly boxes: readonly Box[];
  readonly links: readonly Link[];
}

export const HEAD_HEIGHT = 46;
export const ROW_HEIGHT = 22;
const BOX_PADDING = 10;
const BOX_MINIMUM = 250;
/** Width of a character of the names in a box. */
const CHARACTER = 7.1;
const LANE_PADDING = 28;
const LANE_TOP = 64;
const LANE_GAP = 90;

/** Places every box by ELK's layered algorithm, region by region, and regions side by side. */
export async function layoutGraph({ stacks, regions: named, edges }: Overview): Promise<Picture> {
  // Serving regions lie beside each other: what they read of each other would pass behind the boxes of the witness.
  const isWitness = ({ role }: Overview['regions'][number]) => role === 'witness';
  const regions = [...named.filter((region) => !isWitness(region)), ...named.filter(isWitness)];
  const boxOf = new Map<string, string>();
  const unplaced = regions.flatMap(({ name: region }) =>
    stacks.flatMap(({ name: stack, owner, states }) => {
      const own = states.filter((state) => state.region === region);
      if (own.length === 0) return [];
      const id = `${stack} ${region}`;
      for (const { name } of own) boxOf.set(name, id);
      const longest = Math.max(...own.map(({ name }) => name.length));
      const width = Math.max(BOX_MINIMUM, Math.ceil(longest * CHARACTER) + 84);
      return [
        { id, stack, owner, region, states: own, width, height: HEAD_HEIGHT + own.length * ROW_HEIGHT + BOX_PADDING },
      ];
    }),
  );
  const grouped = new Map<string, { readonly from: string; readonly to: string; readonly edges: Overview['edges'] }>();
  for (const edge of edges) {
    const [from = '', to = ''] = [boxOf.get(edge.from), boxOf.get(edge.to)];
    if (from === to) continue;
    const key = `${from} > ${to}`;
    grouped.set(key, { from, to, edges: [...(grouped.get(key)?.edges ?? []), edge] });
  }
  const regionOf = (id: string) => unplaced.find((box) => box.id === id)?.region;
  const isAcross = ({ from, to }: { from: string; to: string }) => regionOf(from) !== regionOf(to);

  // Of all regions, so that the same stacks lie in the same order in each.
  const stackOf = (id: string) => unplaced.find((box) => box.id === id)?.stack ?? '';
  const order = [...grouped.values()].map(({ from, to }) => [stackOf(from), stackOf(to)] as const);
  const laid = await Promise.all(
    regions.map(({ name }) =>
      layoutLane(
        unplaced.filter(({ region }) => region === name),
        new Set(order.filter(([from, to]) => from !== to).map(([from, to]) => `${from} ${name} > ${to} ${name}`)),
      ),
    ),
  );
  let x = 0;
  const lanes: Lane[] = [];
  const boxes: Box[] = [];
  const links: Link[] = [];
  for (const [index, { name, role }] of regions.entries()) {
    const graph = laid[index] as ElkNode;
    const width = (graph.width ?? 0) + 2 * LANE_PADDING;
    lanes.push({ region: name, role, x, width });
    const at = { x: x + LANE_PADDING, y: LANE_TOP };
    for (const node of graph.children ?? []) {
      const box = unplaced.find(({ id }) => id === node.id);
      if (box) boxes.push({ ...box, x: at.x + (node.x ?? 0), y: at.y + (node.y ?? 0) });
    }
    for (const edge of graph.edges ?? []) {
      const link = grouped.get(edge.id);
      if (link !== undefined) links.push({ ...link, isAcross: false, ...routeOf(edge, at) });
    }
    x += width + LANE_GAP;
  }
  const placed = new Map(boxes.map((box) => [box.id, box]));
  const across = [...grouped.values()].filter(isAcross);
  for (const [index, link] of across.entries()) {
    const [from, to] = [placed.get(link.from), placed.get(link.to)];
    if (from && to) links.push({ ...link, isAcross: true, ...curveOf(from, to, offsetOf(across, index)) });
  }
  const height = LANE_TOP + Math.max(0, ...laid.map((graph) => graph.height ?? 0)) + LANE_PADDING;
  return { width: Math.max(0, x - LANE_GAP), height, lanes, boxes, links };
}

/** @param links between stacks of any region: some are none in this one, and only order its boxes */
async function layoutLane(
  boxes: readonly { readonly id: string; readonly width: number; readonly height: number }[],
  links: ReadonlySet<string>,
): Promise<ElkNode> {
  const ids = new Set(boxes.map(({ id }) => id));
  const edges = [...links].flatMap((id) => {
    const [from = '', to = ''] = id.split(' > ');
    return ids.has(from) && ids.has(to) ? [{ id, sources: [from], targets: [to] }] : [];
  });
  const { default: Elk } = await import('elkjs/lib/elk.bundled.js');
  return new Elk().layout({
    id: 'lane',
    layoutOptions: {
      'elk.algorithm': 'layered',
      'elk.direction': 'DOWN',
      'elk.edgeRouting': 'ORTHOGONAL',
      'elk.spacing.nodeNode': '40',
      'elk.layered.spacing.nodeNodeBetweenLayers': '64',
      'elk.layered.spacing.edgeNodeBetweenLayers': '26',
      'elk.layered.spacing.edgeEdgeBetweenLayers': '18',
      'elk.spacing.edgeNode': '26',
      'elk.spacing.edgeEdge': '16',
      'elk.layered.nodePlacement.strategy': 'BRANDES_KOEPF',
      'elk.padding': '[top=0,left=0,bottom=0,right=0]',
    },
    children: boxes.map(({ id, width, height }) => ({ id, width, height })),
    edges,
  });
}

interface Point {
  readonly x: number;
  readonly y: number;
}

const CORNER = 8;

/** Path of a routed edge with rounded corners, and the middle of its longest part. */
function routeOf({ sections = [] }: ElkExtendedEdge, at: Point): Pick<Link, 'path' | 'label'> {
  const [section] = sections;
  if (section === undefined) return { path: '', label: at };
  const points = [section.startPoint, ...(section.bendPoints ?? []), section.endPoint].map((point) => ({
    x: point.x + at.x,
    y: point.y + at.y,
  }));
  return { path: roundedPath(points), label: middleOf(points) };
}

function roundedPath(points: readonly Point[]): string {
  const [first, ...rest] = points as [Point, ...Point[]];
  const parts = rest.map((point, index) => {
    const next = rest[index + 1];
    if (next === undefined) return `L${text(point)}`;
    const before = index === 0 ? first : (rest[index - 1] as Point);
    return `L${text(towards(point, before))}Q${text(point)} ${text(towards(point, next))}`;
  });
  return `M${text(first)}${parts.join('')}`;
}

function towards(from: Point, to: Point): Point {
  const length = Math.hypot(to.x - from.x, to.y - from.y);
  const part = length === 0 ? 0 : Math.min(CORNER, length / 2) / length;
  return { x: from.x + (to.x - from.x) * part, y: from.y + (to.y - from.y) * part };
}

function middleOf(points: readonly Point[]): Point {
  let best = { length: -1, point: points[0] as Point };
  for (let index = 1; index < points.length; index++) {
    const [from, to] = [points[index - 1] as Point, points[index] as Point];
    const length = Math.hypot(to.x - from.x, to.y - from.y);
    if (length > best.length) best = { length, point: { x: (from.x + to.x) / 2, y: (from.y + to.y) / 2 } };
  }
  return best.point;
}

/** Curve between lanes, from the side of one box to the facing side of the other. */
function curveOf(
  from: Box,
  to: Box,
  offset: { readonly from: number; readonly to: number },
): Pick<Link, 'path' | 'label'> {
  const isRight = to.x > from.x;
  const start = { x: isRight ? from.x + from.width : from.x, y: from.y + from.height * offset.from };
  const end = { x: isRight ? to.x : to.x + to.width, y: to.y + to.height * offset.to };
  const reach = Math.abs(end.x - start.x) / 2;
  const [one, two] = [start.x + (isRight ? reach : -reach), end.x - (isRight ? reach : -reach)];
  return {
    path: `M${text(start)}C${text({ x: one, y: start.y })} ${text({ x: two, y: end.y })} ${text(end)}`,
    label: { x: (start.x + end.x) / 2, y: (start.y + end.y) / 2 },
  };
}

/** Places on the sides of two boxes, so that links of one box do not lie upon each other. */
function offsetOf(
  links: readonly { readonly from: string; readonly to: string }[],
  index: number,
): { readonly from: number; readonly to: number } {
  const place = (box: string) => {
    const own = links.flatMap((link, n) => (link.from === box || link.to === box ? [n] : []));
    return (own.indexOf(index) + 1) / (own.length + 1);
  };
  const { from, to } = links[index] as { readonly from: string; readonly to: string };
  return { from: place(from), to: place(to) };
}

const text = ({ x, y }: Point) => `${Math.round(x * 10) / 10},${Math.round(y * 10) / 10}`;
