import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cellWidth, fitToWidth } from '../../src/report/cell-width.ts';

const widths: readonly (readonly [string, number])[] = [
  ['', 0],
  ['pc1', 3],
  ['é', 1],
  ['e\u0301', 1],
  ['日本', 4],
  ['日本x', 5],
  ['😀', 2],
  ['ｶﾞ', 2],
  ['…', 1],
];

for (const [text, width] of widths) {
  test(`cellWidth() of ${JSON.stringify(text)} is ${width}`, () => {
    assert.equal(cellWidth(text), width);
  });
}

const cuts: readonly (readonly [string, number, string, number])[] = [
  ['pc1', 3, 'pc1', 3],
  ['pc12', 3, 'pc…', 3],
  ['pc12', 1, '…', 1],
  ['日本語', 6, '日本語', 6],
  ['日本語', 5, '日本…', 5],
  ['日本語', 4, '日…', 3],
  ['日本語', 1, '…', 1],
  ['😀😀😀', 4, '😀…', 3],
  ['e\u0301e\u0301e\u0301', 2, 'e\u0301…', 2],
];

for (const [text, width, cut, cutWidth] of cuts) {
  test(`fitToWidth() cuts ${JSON.stringify(text)} to ${width}`, () => {
    assert.deepEqual(fitToWidth(text, width), { text: cut, width: cutWidth });
    assert.equal(cellWidth(cut), cutWidth);
  });
}
