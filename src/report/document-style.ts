/**
 * The style sheet of HTML documents. All contrasts are at least 4.5 to 1, in both schemes; which of the two is shown
 * follows the system unless the reader chose one.
 */

export const STYLE = `:root {
  color-scheme: light dark;
  --page: light-dark(#ffffff, #0d1117); --text: light-dark(#1b1f24, #e6edf3); --quiet: light-dark(#57606a, #9da7b3);
  --line: light-dark(#d0d7de, #30363d); --soft: light-dark(#f6f8fa, #161b22); --accent: light-dark(#0550ae, #79b8ff);
  --good: light-dark(#116329, #56d364); --good-soft: light-dark(#dafbe1, #12261e);
  --bad: light-dark(#a40e26, #ff938a); --bad-soft: light-dark(#ffebe9, #33171a);
  --warn: light-dark(#7d4e00, #e3b341); --warn-soft: light-dark(#fff8c5, #2b2111);
}
:root[data-theme="light"] { color-scheme: light; }
:root[data-theme="dark"] { color-scheme: dark; }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 90rem; padding: 1.5rem; background: var(--page); color: var(--text);
  font: 1rem/1.5 system-ui, "Segoe UI", sans-serif; overflow-wrap: anywhere; }
h1 { margin: 0 0 1rem; font-size: 1.6rem; line-height: 1.25; }
h2 { margin: 2.5rem 0 .75rem; font-size: 1.25rem; border-bottom: 1px solid var(--line); padding-bottom: .25rem; }
p { margin: .5rem 0; max-width: 45rem; }
code, pre { font-family: ui-monospace, Consolas, monospace; font-size: .85rem; }
pre { margin: .5rem 0; padding: .75rem 1rem; background: var(--soft); border: 1px solid var(--line);
  border-radius: 6px; white-space: pre-wrap; }
button, select, input { font: inherit; font-size: .875rem; color: var(--text); background: var(--page);
  border: 1px solid var(--line); border-radius: 6px; padding: .3rem .6rem; white-space: nowrap; }
button { background: var(--soft); cursor: pointer; }
button:hover:not(:disabled) { border-color: var(--quiet); }
button:disabled { color: var(--quiet); cursor: default; }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
.unseen { position: absolute; width: 1px; height: 1px; margin: 0; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
.theme { float: right; margin-left: 1rem; color: var(--quiet); font-size: .875rem; }
.verdict { margin: 0 0 1rem; padding: .75rem 1rem; max-width: none; font-size: 1.15rem; font-weight: 600;
  border-left: 6px solid; border-radius: 4px; }
.verdict.good { background: var(--good-soft); border-color: var(--good); }
.verdict.warn { background: var(--warn-soft); border-color: var(--warn); }
.verdict.bad { background: var(--bad-soft); border-color: var(--bad); }
.good { color: var(--good); } .warn { color: var(--warn); } .bad { color: var(--bad); } .dim { color: var(--quiet); }
td > .good, td > .warn, td > .bad, td > .dim { white-space: nowrap; }
.numbers { display: flex; flex-wrap: wrap; gap: .75rem; margin: 0 0 1rem; }
.numbers div { display: flex; flex-direction: column-reverse; justify-content: flex-end; flex: 1 1 8rem; padding: .5rem .75rem;
  background: var(--soft); border: 1px solid var(--line); border-radius: 6px; }
.numbers dt { color: var(--quiet); font-size: .875rem; }
.numbers dd { margin: 0; font-size: 1.75rem; font-weight: 600; line-height: 1.2; font-variant-numeric: tabular-nums; }
.facts { margin: 0; font-size: .875rem; }
.facts div { display: flex; gap: .75rem; }
.facts dt { flex: 0 0 6rem; color: var(--quiet); }
.facts dd { margin: 0; }
.charts { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(28rem, 100%), 1fr)); gap: .75rem; margin-top: 1.5rem; }
figure { margin: 0; padding: .75rem 1rem; border: 1px solid var(--line); border-radius: 6px; }
figcaption { margin-bottom: .5rem; font-weight: 600; }
.bars { margin: 0; padding: 0; list-style: none; font-size: .875rem; }
.bars li { display: grid; grid-template-columns: 8.5rem 1fr 8rem; gap: .75rem; align-items: center; min-height: 1.75rem; }
.bars svg { width: 100%; height: .9rem; fill: currentColor; }
.bars svg.plain { color: var(--accent); }
.bars .then { fill-opacity: .45; }
.bars .value { font-variant-numeric: tabular-nums; white-space: nowrap; }
.bars button { padding: 0; color: inherit; background: none; border: 0; text-align: left; text-decoration: underline dotted; }
.scroll { overflow-x: auto; } .scroll + .scroll { margin-top: 1rem; }
.scroll table { width: auto; min-width: min(100%, 40rem); }
table { width: 100%; border-collapse: collapse; font-size: .875rem; overflow-wrap: normal; }
caption { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
th, td { padding: .35rem .6rem; text-align: left; vertical-align: top; border-bottom: 1px solid var(--line); }
thead th { color: var(--quiet); font-weight: 600; border-bottom-width: 2px; white-space: nowrap; }
tbody th { min-width: 9rem; font-weight: 500; overflow-wrap: break-word; }
.number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
.fields { display: flex; flex-wrap: wrap; gap: .5rem .75rem; align-items: end; }
.fields label { display: flex; flex-direction: column; color: var(--quiet); font-size: .8rem; }
.fields :is(input, select, button) { height: 2.2rem; } .fields .wide { flex: 1 1 14rem; } .fields select { max-width: 14rem; }
.approval { display: flex; flex-wrap: wrap; gap: .5rem .75rem; align-items: center; margin-top: .75rem; font-size: .875rem; }
.count { margin: .75rem 0 .5rem; font-variant-numeric: tabular-nums; }
.viewport { height: max(24rem, 75vh); overflow: auto; border: 1px solid var(--line); border-radius: 6px; overflow-anchor: none; }
.grid { min-width: 64rem; table-layout: fixed; border-collapse: separate; border-spacing: 0; }
.grid > thead th { position: sticky; top: 0; z-index: 1; height: 34px; padding: 0 .6rem; background: var(--soft); vertical-align: middle; }
.grid > thead button { width: 100%; padding: 0; color: inherit; font-weight: inherit; text-align: inherit; background: none; border: 0;
  overflow: hidden; text-overflow: ellipsis; }
.grid th[aria-sort="ascending"] button::after { content: " \\25B2"; }
.grid th[aria-sort="descending"] button::after { content: " \\25BC"; }
.grid > tbody > tr:not(.detail, .spacer) { height: 34px; }
.grid > tbody > tr:not(.detail, .spacer) > * { height: 34px; padding: 0 .6rem; min-width: 0; overflow: hidden; text-overflow: ellipsis;
  white-space: nowrap; vertical-align: middle; }
.grid > tbody > tr:not(.detail, .spacer):hover > * { background: var(--soft); }
.grid .spacer td { padding: 0; border: 0; }
.grid button.open, .grid button.group { max-width: 100%; padding: 0; color: inherit; background: none; border: 0; overflow: hidden;
  text-overflow: ellipsis; white-space: nowrap; text-align: left; }
.grid button.group { font-weight: 600; }
.grid button.open::before, .grid button.group::before { content: "\\25B8"; display: inline-block; width: 1.1em; color: var(--quiet); }
.grid button[aria-expanded="true"]::before { content: "\\25BE"; }
.grid :focus-visible { outline-offset: -2px; }
.grid col.tick { width: 6rem; } .grid .tick { text-align: center; }
.grid > tbody > .detail > td { padding: .75rem 1rem 1rem 1.7rem; background: var(--soft); }
.opened { position: sticky; left: 1.7rem; max-width: min(75rem, calc(100vw - 7rem)); }
.opened dl { margin: 0; }
.opened dl > div:has(> .entries) { flex-direction: column; gap: .25rem; } .opened dl > div { display: flex; gap: .75rem; padding: .15rem 0; }
.opened dt { flex: 0 0 10rem; color: var(--quiet); } .opened dd { margin: 0; flex: 1 1 auto; min-width: 0; overflow-wrap: anywhere; }
.opened ul { margin: 0; padding-left: 1.1rem; }
.opened pre { background: var(--page); } .opened div.command { margin: 0; }
div.command { display: flex; gap: .5rem; align-items: flex-start; margin: .5rem 0; } .command pre { flex: 1 1 auto; margin: 0; }
.diff td { white-space: normal; }
.diff td:first-child { width: 6.5rem; white-space: nowrap; font-weight: 600; }
.diff .mark { display: inline-block; width: 1.1em; font-family: ui-monospace, Consolas, monospace; }
.diff tr.added { background: var(--good-soft); } .diff tr.added td:first-child { color: var(--good); }
.diff tr.removed { background: var(--bad-soft); } .diff tr.removed td:first-child { color: var(--bad); }
.diff tr.kept td { color: var(--quiet); } .diff tr.kept td:first-child { font-weight: 400; }
.print-note { display: none; }
footer { margin-top: 3rem; color: var(--quiet); font-size: .875rem; }
@media (max-width: 40rem) {
  body { padding: .75rem; }
  .bars li { grid-template-columns: 7rem 1fr 7rem; gap: .5rem; }
  .bars .value .dim { white-space: normal; }
  .opened dl > div, .facts div { flex-direction: column; gap: 0; }
  .opened dt, .facts dt { flex-basis: auto; }
}
@media print {
  :root, :root[data-theme] { color-scheme: light; }
  body { max-width: none; padding: 0; font-size: 10pt; }
  h2 { break-after: avoid; } tr, figure { break-inside: avoid; } thead { display: table-header-group; }
  .scroll { overflow: visible; }
  .theme, .fields, .approval, .command button { display: none; }
  .viewport { height: auto; overflow: visible; border: 0; }
  .grid { min-width: 0; font-size: 8pt; } .grid > thead th { position: static; height: auto; }
  .grid > tbody > tr:not(.detail, .spacer), .grid > tbody > tr:not(.detail, .spacer) > * { height: auto; white-space: normal; overflow-wrap: anywhere; }
  .grid > tbody > tr:not(.detail, .spacer) > *, .grid > thead th { padding: .15rem .3rem; }
  .grid button, .grid td > span { font-size: inherit; white-space: normal !important; } .grid button::before { display: none !important; }
  .print-note { display: block; }
  .verdict, .diff tr, .bars svg { print-color-adjust: exact; }
}
`;
