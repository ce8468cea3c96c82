import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Column } from '../../src/report/columns.ts';
import { html, htmlTable, NO_HTML, rawHtml } from '../../src/report/html.ts';

test('html escapes what it is given and takes markup as it is, lists too', () => {
  const bold = html`<b>${'<i>&"\''}</b>`;
  assert.equal(bold.markup, '<b>&lt;i&gt;&amp;&quot;&#39;</b>');
  assert.equal(html`${bold}${[bold, NO_HTML]}${7}`.markup, `${bold.markup}${bold.markup}7`);
  assert.equal(html`<p title="${'"><script>'}">`.markup, '<p title="&quot;&gt;&lt;script&gt;">');
  assert.equal(html`${rawHtml('<hr>')}`.markup, '<hr>');
});

test('html writes out what cannot be seen', () => {
  assert.equal(html`${'\u202ea\nb'}`.markup, '\\u202ea\\x0ab');
});

test('htmlTable() heads columns and rows, and marks numbers and roles', () => {
  const columns: readonly Column<string>[] = [
    { id: 'n', title: 'N&N', value: (row) => row },
    { id: 'c', title: 'C', value: () => 5, align: 'right' },
    { id: 'r', title: 'R', value: () => 'bad', paint: () => 'bad' },
  ];
  const { markup } = htmlTable('<T>', columns, ['<x>']);
  assert.match(markup, /<caption>&lt;T&gt;<\/caption>/);
  assert.match(markup, /<th scope="col">N&amp;N<\/th><th scope="col" class="number">C<\/th>/);
  assert.match(
    markup,
    /<tr><th scope="row">&lt;x&gt;<\/th><td class="number">5<\/td><td><span class="bad">bad<\/span><\/td><\/tr>/,
  );
});
