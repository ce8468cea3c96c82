/**
 * Charts as figures: a list whose every line has its label and number as text and a bar drawn beside it, so that
 * nothing is told by colour or length alone. Where there is a plan, a second bar shows what it would come to.
 */

import type { Role } from './columns.ts';
import { type Html, html, NO_HTML } from './html.ts';
import { percent } from './owner-rows.ts';

/** One line of a chart. */
export interface Bar {
  readonly label: string;
  readonly value: number;
  /** After the plan; null where there is none. */
  readonly after: number | null;
  readonly role: Role | null;
}

/** A chart; `column` is the column of the table that its labels stand in, to filter by. */
export interface Chart {
  readonly title: string;
  readonly column: string;
  readonly bars: readonly Bar[];
}

/** Bars of counts in their order; lines without anything are left out. */
export function barsOf(
  counts: Readonly<Record<string, number | undefined>>,
  roles: Readonly<Partial<Record<string, Role | null>>>,
  after: Readonly<Record<string, number | undefined>> | null = null,
): readonly Bar[] {
  const labels = [...new Set([...Object.keys(counts), ...Object.keys(after ?? {})])];
  return labels.map((label) => ({
    label,
    value: counts[label] ?? 0,
    after: after === null ? null : (after[label] ?? 0),
    role: roles[label] ?? null,
  }));
}

/** All charts beside each other. */
export function renderCharts(charts: readonly Chart[]): Html {
  const shown = charts.filter(({ bars }) => bars.length > 0);
  return shown.length === 0 ? NO_HTML : html`<div class="charts">\n${shown.map(renderChart)}</div>\n`;
}

function renderChart({ title, column, bars }: Chart): Html {
  const total = bars.reduce((sum, { value }) => sum + value, 0);
  const largest = Math.max(...bars.map(({ value, after }) => Math.max(value, after ?? 0)));
  return html`<figure><figcaption>${title}</figcaption>
<ul class="bars">
${bars.map((bar) => renderBar(bar, column, total, largest))}</ul>
</figure>
`;
}

function renderBar({ label, value, after, role }: Bar, column: string, total: number, largest: number): Html {
  const share = after === null ? percent(value, total) : html`${arrow()}${after} after`;
  const bars = after === null ? [value] : [value, after];
  const height = bars.length * 12;
  const rects = bars.map(
    (length, index) =>
      html`<rect class="${index === 0 ? 'now' : 'then'}" y="${index * 12}" width="${widthOf(length, largest)}" height="10" rx="1"/>`,
  );
  return html`<li><span class="label" data-column="${column}" data-text="${label}">${label}</span>
<svg class="${role ?? 'plain'}" viewBox="0 0 100 ${height}" preserveAspectRatio="none" aria-hidden="true">${rects}</svg>
<span class="value">${value} <span class="dim">${share}</span></span></li>
`;
}

function arrow(): Html {
  return html`<span aria-hidden="true">→</span> `;
}

/** Something is seen of everything that is there. */
function widthOf(value: number, largest: number): string {
  if (value === 0 || largest === 0) return '0';
  return Math.max(0.8, (100 * value) / largest).toFixed(1);
}
