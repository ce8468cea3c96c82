/** For every bundle of the program: puts the finished script of HTML pages in the place of the file that bundles it. */

import { join } from 'node:path';
import type { Plugin } from 'rolldown';
import { loadPageScript } from '../src/cli/page-script.ts';

const PAGE_SCRIPT = join(import.meta.dirname, '..', 'src', 'cli', 'page-script.ts');

export const pageScriptPlugin: Plugin = {
  name: 'page-script',
  async load(id) {
    if (id !== PAGE_SCRIPT) return null;
    return `export const loadPageScript = async () => (${JSON.stringify(await loadPageScript())});`;
  },
};
