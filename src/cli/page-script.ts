/**
 * The script that HTML pages carry. From the source it is bundled when it is needed; the build puts the finished text
 * in the place of this file.
 */

import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { rolldown } from 'rolldown';
import type { PageScript } from '../report/page-html.ts';

/** One text without imports, and its hash for the policy of the page. */
export async function loadPageScript(): Promise<PageScript> {
  const input = join(import.meta.dirname, '..', 'report', 'page', 'main.ts');
  const bundle = await rolldown({ input, platform: 'browser' });
  try {
    const { output } = await bundle.generate({ format: 'iife', minify: true });
    // Nothing in the text may end the element that it stands in.
    const text = spellOut(output[0].code.trim()).replaceAll('</', '<\\/').replaceAll('<!--', '<\\!--');
    return { text, hash: `sha256-${createHash('sha256').update(text).digest('base64')}` };
  } finally {
    await bundle.close();
  }
}

/** Bundling puts characters into string literals that cannot be seen; a page with none of them is easier to trust. */
function spellOut(code: string): string {
  return code.replace(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, (char) =>
    char === '\n' ? char : `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
