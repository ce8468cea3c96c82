/**
 * The frame of every HTML document: one file that loads nothing and runs one known script, what matters first, dark
 * and light as the reader's system is set, and fit to print. A policy in its head keeps it from ever reaching the
 * network, and from running anything else.
 */

import { STYLE } from './document-style.ts';
import { type Html, html, rawHtml } from './html.ts';

/** What stands at the top of a document. */
export interface DocumentHead {
  readonly title: string;
  readonly verdict: { readonly role: 'good' | 'warn' | 'bad'; readonly text: string };
  readonly numbers: readonly (readonly [label: string, value: number])[];
  readonly facts: readonly (readonly [label: string, text: string])[];
}

const POLICY = "default-src 'none'; style-src 'unsafe-inline'";

/** Everything up to the first section. @param scriptHash of the only script that may run, `sha256-…` */
export function openDocument({ title, verdict, numbers, facts }: DocumentHead, scriptHash: string): string {
  return html`<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${`${POLICY}; script-src '${scriptHash}'`}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>${title}</title>
<style>
${rawHtml(STYLE)}</style>
</head>
<body>
<header>
<h1>${title}</h1>
<p class="verdict ${verdict.role}">${verdict.text}</p>
<dl class="numbers">
${numbers.map(([label, value]) => html`<div><dt>${label}</dt><dd>${value}</dd></div>\n`)}</dl>
<dl class="facts">
${facts.map(([label, text]) => html`<div><dt>${label}</dt><dd>${text}</dd></div>\n`)}</dl>
</header>
<main>
`.markup;
}

/** A section with its heading; the heading names it for whoever moves by landmarks. */
export function documentSection(id: string, title: string, content: readonly Html[]): string {
  return html`<section aria-labelledby="${id}">
<h2 id="${id}">${title}</h2>
${content}</section>
`.markup;
}

/** Lines to be typed, each apart so that it can be copied alone. */
export function htmlCommands(lines: readonly string[]): Html {
  return html`${lines.map((line) => html`<div class="command"><pre><code>${line}</code></pre></div>\n`)}`;
}

/** The end. @param tool the program that wrote it */
export function closeDocument(tool: string): string {
  return html`</main>\n<footer><p>Written by ${tool}</p></footer>\n</body>\n</html>\n`.markup;
}
