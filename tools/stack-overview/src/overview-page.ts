import { type Box, HEAD_HEIGHT, layoutGraph, type Link, type Picture, ROW_HEIGHT } from './layout-graph';
import type { Overview, OverviewState } from './overview';
import { STYLE } from './page-style';

/** Number of owners that have a colour of their own. */
const COLOURS = 8;

/** Scale below which the picture is scrolled and not made smaller: its texts would be too small to read. */
const LEAST_SCALE = 0.7;

/** A self-contained page of some environments of a platform, which needs no network and no script. */
export async function overviewPage(overviews: readonly Overview[]): Promise<string> {
  const platform = overviews[0]?.platform ?? '';
  const owners = [...new Set(overviews.flatMap(({ stacks }) => stacks.map(({ owner }) => owner)))].sort();
  const colourOf = (owner: string) => owners.indexOf(owner) % COLOURS;
  const views = await Promise.all(
    overviews.map(async (overview) => view(overview, await layoutGraph(overview), colourOf)),
  );
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Stacks of ${escape(platform)}</title>
<style>${STYLE}
${overviews.map(({ environment }) => `body:has(#tab-${id(environment)}:checked) #view-${id(environment)}{display:grid}`).join('\n')}
${views.map(({ style }) => style).join('\n')}
</style>
</head>
<body>
<header>
<h1>Stacks of <b>${escape(platform)}</b></h1>
<fieldset class="tabs"><legend>Environment</legend>${overviews
    .map(
      ({ environment }, n) =>
        `<label><input type="radio" name="environment" id="tab-${id(environment)}"${n === 0 ? ' checked' : ''}><span>${escape(environment)}</span></label>`,
    )
    .join('')}</fieldset>
<ul class="owners" aria-label="Owners">${owners.map((owner) => `<li class="c${colourOf(owner)}">${escape(owner)}</li>`).join('')}</ul>
</header>
${views.map(({ html }) => html).join('\n')}
${deployTable(overviews)}
</body>
</html>
`;
}

function view(
  overview: Overview,
  picture: Picture,
  colourOf: (owner: string) => number,
): { readonly html: string; readonly style: string } {
  const { environment, account, at, commit, orphans, stacks } = overview;
  const states = stacks.flatMap((stack) => stack.states);
  const panelOf = (key: string) => `${id(environment)}-${id(key)}`;
  const linkKey = ({ from, to }: Link) => `${from} to ${to}`;
  const facts = [
    `account <b>${escape(account)}</b>`,
    `looked at <time datetime="${escape(at)}">${escape(shortTime(at))}</time>`,
    ...(commit === undefined ? [] : [`commit <code>${escape(commit.slice(0, 12))}</code>`]),
    `${states.filter(({ deployed }) => deployed !== undefined).length} of ${states.length} states recorded`,
  ];
  const style = picture.boxes
    .map(({ id: box }) => {
      const own = picture.links
        .filter(({ from, to }) => from === box || to === box)
        .map((link) => `.${panelOf(linkKey(link))}`);
      return own.length === 0 ? '' : `body:has(#${panelOf(box)}:target) :is(${own.join(',')}){--on:1}`;
    })
    .concat(
      picture.links.map((link) => `body:has(#${panelOf(linkKey(link))}:target) .${panelOf(linkKey(link))}{--on:1}`),
    )
    .join('\n');
  const html = `<main class="view" id="view-${id(environment)}" aria-label="${escape(environment)}">
<p class="facts">${facts.join(' · ')}</p>
${attention(states)}
${orphans.length === 0 ? '' : `<p class="warning"><b>Of no stack any more:</b> ${orphans.map((name) => `<code>${escape(name)}</code>`).join(', ')}</p>`}
<div class="picture"><svg viewBox="0 0 ${picture.width} ${picture.height}" width="${picture.width}" height="${picture.height}" style="min-width:${Math.round(picture.width * LEAST_SCALE)}px" role="group" aria-label="Stacks of ${escape(environment)} by region, and what they read of each other">
<defs><marker id="arrow-${id(environment)}" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="10" markerHeight="10" markerUnits="userSpaceOnUse" orient="auto-start-reverse"><path d="M0,0.8L7,4L0,7.2z" class="arrow"/></marker></defs>
${picture.lanes.map((lane) => `<g class="lane"><rect x="${lane.x}" y="0" width="${lane.width}" height="${picture.height}" rx="14"/><text x="${lane.x + 28}" y="36"><tspan class="region">${escape(lane.region)}</tspan><tspan dx="10" class="role">${escape(lane.role)}</tspan></text></g>`).join('\n')}
${picture.links.map((link) => svgLink(link, panelOf(linkKey(link)), `arrow-${id(environment)}`)).join('\n')}
${picture.boxes.map((box) => svgBox(box, panelOf(box.id), colourOf(box.owner))).join('\n')}
</svg></div>
<aside class="panels" aria-live="polite">
<section class="hint"><h2>Choose a stack or an arrow</h2><p>A stack shows its states, deploys and resources; an arrow the values that travel on it. With the keyboard: Tab and Enter.</p>${legend()}</section>
${picture.boxes.map((box) => boxPanel(box, panelOf(box.id), overview, colourOf(box.owner))).join('\n')}
${picture.links.map((link) => linkPanel(link, panelOf(linkKey(link)))).join('\n')}
</aside>
<details class="table"><summary><h2>Resources by type</h2></summary>${resourceTable(overview)}</details>
</main>`;
  return { html, style };
}

/** The states to look at first, each with its status. */
function attention(states: readonly OverviewState[]): string {
  const named = states
    .filter((state) => ['drifted', 'failed', 'unknown', 'applying'].includes(statusOf(state)))
    .map((state) => `<code>${escape(state.name)}</code> ${STATUS[statusOf(state)]}`);
  return named.length === 0 ? '' : `<p class="warning bad"><b>Look at first:</b> ${named.join(', ')}</p>`;
}

function svgBox({ stack, owner, region, states, x, y, width, height }: Box, panel: string, colour: number): string {
  const resources = states.reduce((sum, state) => sum + countOf(state), 0);
  const rows = states.map((state, n) => {
    const top = HEAD_HEIGHT + n * ROW_HEIGHT + 15;
    return `<g class="row s-${statusOf(state)}"><circle cx="19" cy="${top - 4}" r="4.5"/><text x="32" y="${top}" class="name">${escape(state.name)}</text><text x="${width - 14}" y="${top}" class="count">${countOf(state)}</text></g>`;
  });
  return `<a href="#${panel}" class="box c${colour}" aria-label="${escape(`${stack} in ${region}, of ${owner}, ${states.length} states`)}" transform="translate(${x},${y})">
<rect width="${width}" height="${height}" rx="10"/><path class="stripe" d="M0,10a10,10 0 0 1 10,-10H${width - 10}a10,10 0 0 1 10,10V12H0z"/>
<text x="14" y="33" class="title">${escape(stack)}</text><text x="${width - 14}" y="33" class="owner">${escape(owner)} · ${resources}</text>
${rows.join('\n')}</a>`;
}

function svgLink({ path, label, from, to, edges, isAcross }: Link, panel: string, marker: string): string {
  const count = valuesOf(edges);
  return `<a href="#${panel}" class="link ${panel}${isAcross ? ' across' : ''}" aria-label="${escape(`${to} reads ${count} values of ${from}`)}"><path class="hit" d="${path}"/><path class="line" d="${path}" marker-end="url(#${marker})"/><g transform="translate(${round(label.x)},${round(label.y)})"><rect x="-15" y="-10" width="30" height="20" rx="10"/><text y="4">${count}</text></g></a>`;
}

function boxPanel(
  { id: box, stack, owner, region, states }: Box,
  panel: string,
  { edges }: Overview,
  colour: number,
): string {
  const names = new Set(states.map(({ name }) => name));
  const stackAndRegion = `<h2><span class="swatch c${colour}"></span>${escape(stack)} <small>${escape(region)}</small></h2>`;
  const rows = states.map((state) => {
    const { deployed } = state;
    const commit =
      deployed?.commit === undefined ? '' : `${deployed.commit.slice(0, 12)}${deployed.changed ? ' changed' : ''}`;
    const deploy =
      deployed === undefined
        ? []
        : [
            `<time datetime="${escape(deployed.at)}">${escape(shortTime(deployed.at))}</time>`,
            ...(commit === '' ? [] : [`<code>${escape(commit)}</code>`]),
            `by ${escape(deployed.by)}`,
          ];
    return `<li class="s-${statusOf(state)}"><b>${escape(state.name)}</b><span><i></i>${STATUS[statusOf(state)]}</span><small>${deploy.join(' · ')}</small></li>`;
  });
  const reads = edges.filter(({ to, from }) => names.has(to) && !names.has(from));
  const readBy = edges.filter(({ from, to }) => names.has(from) && !names.has(to));
  const list = (heading: string, of: readonly string[]) =>
    of.length === 0
      ? ''
      : `<h3>${heading}</h3><p>${[...new Set(of)]
          .sort()
          .map((name) => `<code>${escape(name)}</code>`)
          .join(' ')}</p>`;
  const counts = sumResources(states);
  const most = Math.max(1, ...counts.map(([, count]) => count));
  return `<section class="panel" id="${panel}" tabindex="-1" data-box="${escape(box)}">${stackAndRegion}<p class="sub">Owner <b>${escape(owner)}</b></p>
<ul class="states">${rows.join('')}</ul>
${list(
  'Reads',
  reads.map(({ from }) => from),
)}${list(
    'Read by',
    readBy.map(({ to }) => to),
  )}
<h3>Resources</h3><ul class="bars c${colour}">${counts.map(([type, count]) => `<li><span>${escape(type)}</span><b>${count}</b><i style="width:${round((100 * count) / most)}%"></i></li>`).join('')}</ul></section>`;
}

function linkPanel({ from, to, edges, isAcross }: Link, panel: string): string {
  const blocks = edges.map(
    ({ from: publisher, to: reader, contract, region, outputs }) =>
      `<h3>${escape(contract)} <small>of ${escape(region)}</small></h3><p class="sub"><code>${escape(publisher)}</code> → <code>${escape(reader)}</code></p><table class="values"><tbody>${outputs
        .map(
          ({ name, value }) =>
            `<tr><th scope="row">${escape(name)}</th><td>${value === undefined ? '<em>not published</em>' : `<code>${items(value)}</code>`}</td></tr>`,
        )
        .join('')}</tbody></table>`,
  );
  return `<section class="panel" id="${panel}" tabindex="-1"><h2>${escape(from)} <span aria-label="to">→</span> ${escape(to)}</h2><p class="sub">${valuesOf(edges)} values${isAcross ? ', to the other region' : ''}</p>${blocks.join('\n')}</section>`;
}

function resourceTable({ stacks }: Overview): string {
  const counts = stacks.map(({ states }) => new Map(sumResources(states)));
  const types = [...new Set(counts.flatMap((each) => [...each.keys()]))].sort();
  const totals = counts.map((each) => [...each.values()].reduce((sum, count) => sum + count, 0));
  const row = (head: string, cells: readonly number[], isTotal = false) =>
    `<tr${isTotal ? ' class="total"' : ''}><th scope="row">${escape(head)}</th>${cells.map((count) => `<td>${count === 0 ? '' : count}</td>`).join('')}<td>${cells.reduce((sum, count) => sum + count, 0)}</td></tr>`;
  return `<div class="scroll"><table class="counts"><thead><tr><th>type</th>${stacks.map(({ name }) => `<th scope="col">${escape(name)}</th>`).join('')}<th scope="col">all</th></tr></thead><tbody>${row('all types', totals, true)}${types
    .map((type) =>
      row(
        type,
        counts.map((each) => each.get(type) ?? 0),
      ),
    )
    .join('')}</tbody></table></div>`;
}

/** Every state in every environment: side by side, since what is deployed in one is often not yet in the next. */
function deployTable(overviews: readonly Overview[]): string {
  const stacks = [...new Set(overviews.flatMap((overview) => overview.stacks.map(({ name }) => name)))].sort();
  const statesOf = (overview: Overview, stack: string) =>
    overview.stacks.find(({ name }) => name === stack)?.states ?? [];
  const cell = (state: OverviewState | undefined) => {
    if (state === undefined) return '<td></td>';
    const { deployed } = state;
    const commit = deployed?.commit === undefined ? '' : `<code>${escape(deployed.commit.slice(0, 12))}</code>`;
    const when = deployed === undefined ? '' : escape(shortTime(deployed.at));
    return `<td class="s-${statusOf(state)}"><i></i>${STATUS[statusOf(state)]}<small>${[when, commit].filter(Boolean).join(' · ')}</small></td>`;
  };
  const rows = stacks.flatMap((stack) => {
    const names = [
      ...new Set(overviews.flatMap((overview) => statesOf(overview, stack).map(({ name }) => name))),
    ].sort();
    return names.map((name, n) => {
      const head = n === 0 ? `<th scope="rowgroup" rowspan="${names.length}">${escape(stack)}</th>` : '';
      const cells = overviews.map((overview) => cell(statesOf(overview, stack).find((state) => state.name === name)));
      return `<tr>${head}<th scope="row"><code>${escape(name)}</code></th>${cells.join('')}</tr>`;
    });
  });
  const heads = overviews.map(({ environment, stacks: own }) => {
    const isLooked = own.some(({ states }) => states.some(({ drift }) => drift !== undefined));
    return `<th scope="col">${escape(environment)}${isLooked ? '' : ' <small>drift not looked for</small>'}</th>`;
  });
  return `<section class="table deploys"><h2>Last deploys by environment</h2><div class="scroll"><table><thead><tr><th>stack</th><th>state</th>${heads.join('')}</tr></thead><tbody>${rows.join('')}</tbody></table></div></section>`;
}

const STATUS = {
  deployed: 'deployed',
  pending: 'code not deployed',
  drifted: 'drifted',
  unknown: 'not planned',
  failed: 'last deploy failed',
  applying: 'deploy under way',
  never: 'not deployed',
} as const;

function statusOf({ deployed, drift }: OverviewState): keyof typeof STATUS {
  if (deployed === undefined) return 'never';
  if (drift === 'drifted' || drift === 'unknown') return drift;
  if (deployed.outcome !== 'deployed') return deployed.outcome;
  return drift === 'pending' ? 'pending' : 'deployed';
}

function legend(): string {
  return `<ul class="legend">${Object.entries(STATUS)
    .map(([status, words]) => `<li class="s-${status}"><i></i>${words}</li>`)
    .join('')}</ul>`;
}

function sumResources(states: readonly OverviewState[]): readonly (readonly [string, number])[] {
  const sums = new Map<string, number>();
  for (const { resources } of states) {
    for (const [type, count] of Object.entries(resources)) sums.set(type, (sums.get(type) ?? 0) + count);
  }
  return [...sums].sort(([a, one], [b, other]) => other - one || a.localeCompare(b, 'en'));
}

const countOf = ({ resources }: OverviewState) => Object.values(resources).reduce((sum, count) => sum + count, 0);
const valuesOf = (edges: Overview['edges']) => edges.reduce((sum, { outputs }) => sum + outputs.length, 0);
const shortTime = (at: string) => at.replace('T', ' ').replace(/(:\d\d)\..*|Z$/, '$1') + ' UTC';
const round = (value: number) => Math.round(value * 10) / 10;
const id = (words: string) => words.replace(/[^A-Za-z0-9]+/g, '-');

/** A value whose items, where it is a list, are not broken. */
function items(value: string): string {
  const all = value.split(',');
  return all.map((item, n) => `<span>${escape(item)}${n < all.length - 1 ? ',' : ''}</span>`).join('<wbr>');
}

function escape(words: string): string {
  return words.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}
