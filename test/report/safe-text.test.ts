import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { type Dn, dnKey } from '../../src/formats/dn.ts';
import {
  dnForScript,
  safeDn,
  safeForCsv,
  safeForHtml,
  safeForJson,
  safeForMarkdown,
  safeForScript,
  safeForTerminal,
} from '../../src/report/safe-text.ts';

interface Vector {
  readonly name: string;
  readonly source: string;
  readonly text: string;
  readonly terminal?: string;
  readonly csv?: string;
  readonly markdown?: string;
  readonly html?: string;
}

const file = new URL('../vectors/safe-text/valid.json', import.meta.url);
const vectors = JSON.parse(readFileSync(file, 'utf8')) as readonly Vector[];
const renderers = {
  terminal: safeForTerminal,
  csv: safeForCsv,
  markdown: safeForMarkdown,
  html: safeForHtml,
} as const;

for (const vector of vectors) {
  for (const format of ['terminal', 'csv', 'markdown', 'html'] as const) {
    const expected = vector[format];
    if (expected === undefined) continue;
    test(`safe text for ${format}: ${vector.name}`, () => {
      assert.equal(renderers[format](vector.text), expected);
    });
  }
  test(`safeForJson() hides nothing and changes no value: ${vector.name}`, () => {
    const safe = safeForJson(JSON.stringify([vector.text], null, 2));
    assert.deepEqual(JSON.parse(safe), [vector.text]);
    assert.equal(safeForTerminal(safe.replaceAll('\n', '')), safe.replaceAll('\n', ''));
  });
}

test('no format lets a control, format or separator character of the BMP through', () => {
  const dangerous = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u;
  for (let code = 0; code <= 0xffff; code += 1) {
    const text = `a${String.fromCharCode(code)}b`;
    for (const [format, render] of Object.entries(renderers)) {
      assert.doesNotMatch(render(text), dangerous, `${format} U+${code.toString(16)}`);
    }
  }
});

test('safeForJson() writes a character beyond the BMP as two escapes', () => {
  assert.equal(safeForJson('"\u{e0041}"'), '"\\udb40\\udc41"');
});

test('safeDn() writes what cannot be seen as hex pairs, and it stays the same DN', () => {
  for (const [dn, safe] of [
    ['DC=pc1,DC=corp.example.com', 'DC=pc1,DC=corp.example.com'],
    ['DC=\u202etxt.exe,DC=z', 'DC=\\E2\\80\\AEtxt.exe,DC=z'],
    ['DC=\u{e0041},DC=z', 'DC=\\F3\\A0\\81\\81,DC=z'],
    ['DC=サーバー,DC=z', 'DC=サーバー,DC=z'],
  ] as const) {
    assert.equal(safeDn(dn), safe);
    assert.equal(dnKey(safe as Dn), dnKey(dn as Dn));
  }
});

test('safeForScript() lets nothing through that cmd or PowerShell acts on, nor anything but ASCII', () => {
  assert.equal(
    safeForScript("CORP\\PC1$: it's (A;;WP;;;AU), 5 names"),
    "CORP\\PC1$: it's (A;;WP;;;AU), 5 names",
  );
  assert.equal(
    safeForScript('%x%&^|<>!"`\n’é'),
    '\\x25x\\x25\\x26\\x5e\\x7c\\x3c\\x3e\\x21\\x22\\x60\\x0a\\u2019\\xe9',
  );
  // With the flags i and u both of these would count as letters.
  assert.equal(safeForScript('\u017f\u212a'), '\\u017f\\u212a');
});

test('dnForScript() writes all but plain characters as hex pairs, and it stays the same DN', () => {
  for (const [dn, safe] of [
    ['DC=pc1,DC=corp.example.com', 'DC=pc1,DC=corp.example.com'],
    ['DC=a\\,b,DC=z', 'DC=a\\2Cb,DC=z'],
    ['DC=a\\2cb\\\\,DC=z', 'DC=a\\2cb\\5C,DC=z'],
    ['DC=0/25,DC=z', 'DC=0\\2F25,DC=z'],
    [`DC=%x%&'\\"’,DC=z`, 'DC=\\25x\\25\\26\\27\\22\\E2\\80\\99,DC=z'],
    ['DC==a=b#c,DC=z', 'DC=\\3Da\\3Db\\23c,DC=z'],
    ['DC=\\#a\\ ,DC=z', 'DC=\\23a\\20,DC=z'],
    ['DC=\u017f\u212a,DC=z', 'DC=\\C5\\BF\\E2\\84\\AA,DC=z'],
  ] as const) {
    assert.equal(dnForScript(dn), safe);
    assert.equal(dnKey(safe as Dn), dnKey(dn as Dn));
  }
});
