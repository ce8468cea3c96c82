/** The style sheet of HTML documents. All contrasts are at least 4.5 to 1, in both schemes. */

export const STYLE = `:root {
  color-scheme: light dark;
  --page: #ffffff; --text: #1b1f24; --quiet: #57606a; --line: #d0d7de; --soft: #f6f8fa;
  --good: #116329; --good-soft: #dafbe1; --bad: #a40e26; --bad-soft: #ffebe9; --warn: #7d4e00; --warn-soft: #fff8c5;
}
@media screen and (prefers-color-scheme: dark) {
  :root {
    --page: #0d1117; --text: #e6edf3; --quiet: #9da7b3; --line: #30363d; --soft: #161b22;
    --good: #56d364; --good-soft: #12261e; --bad: #ff938a; --bad-soft: #33171a; --warn: #e3b341; --warn-soft: #2b2111;
  }
}
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 75rem; padding: 1.5rem; background: var(--page); color: var(--text);
  font: 1rem/1.5 system-ui, "Segoe UI", sans-serif; overflow-wrap: anywhere; }
h1 { margin: 0 0 1rem; font-size: 1.6rem; line-height: 1.25; }
h2 { margin: 2.5rem 0 .75rem; font-size: 1.25rem; border-bottom: 1px solid var(--line); padding-bottom: .25rem; }
h3 { margin: 0; font-size: 1rem; }
p { margin: .5rem 0; max-width: 45rem; }
code, pre, .sddl { font-family: ui-monospace, Consolas, monospace; font-size: .85rem; }
pre { margin: .5rem 0; padding: .75rem 1rem; background: var(--soft); border: 1px solid var(--line);
  border-radius: 6px; white-space: pre-wrap; }
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
.scroll { overflow-x: auto; }
table { width: 100%; border-collapse: collapse; font-size: .875rem; overflow-wrap: normal; }
caption { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
th, td { padding: .35rem .6rem; text-align: left; vertical-align: top; border-bottom: 1px solid var(--line); }
thead th { color: var(--quiet); font-weight: 600; border-bottom-width: 2px; white-space: nowrap; }
tbody th { min-width: 9rem; font-weight: 500; overflow-wrap: break-word; }
.number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
article { margin: 0 0 1.25rem; padding: .75rem 1rem; border: 1px solid var(--line); border-radius: 6px;
  content-visibility: auto; contain-intrinsic-size: auto 14rem; }
article .meta { margin: 0 0 .5rem; max-width: none; color: var(--quiet); font-size: .875rem; }
article ul { margin: .5rem 0 0; padding-left: 1.25rem; font-size: .875rem; }
.diff th:nth-child(3) { width: 26%; } .diff th:nth-child(4) { width: 34%; } .diff th:last-child { width: 24%; }
.diff td:first-child { width: 6.5rem; white-space: nowrap; font-weight: 600; }
.diff .mark { display: inline-block; width: 1.1em; font-family: ui-monospace, Consolas, monospace; }
.diff tr.added { background: var(--good-soft); } .diff tr.added td:first-child { color: var(--good); }
.diff tr.removed { background: var(--bad-soft); } .diff tr.removed td:first-child { color: var(--bad); }
.diff tr.kept td { color: var(--quiet); } .diff tr.kept td:first-child { font-weight: 400; }
.sddl { overflow-wrap: anywhere; }
details { margin: .75rem 0; } summary { cursor: pointer; font-weight: 600; }
footer { margin-top: 3rem; color: var(--quiet); font-size: .875rem; }
:focus-visible { outline: 2px solid currentColor; outline-offset: 2px; }
@media print {
  body { max-width: none; padding: 0; font-size: 10pt; }
  article { content-visibility: visible; break-inside: avoid; }
  h2, h3 { break-after: avoid; } tr { break-inside: avoid; } thead { display: table-header-group; }
  .scroll { overflow: visible; }
  .verdict, .diff tr { print-color-adjust: exact; }
}
`;
