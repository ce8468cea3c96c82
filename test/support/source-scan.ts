/**
 * Reads the imports and the bare code of TypeScript sources, by patterns and not by a parser: comments, strings,
 * regular expressions and the text of templates are blanked, what stands between `${` and `}` is kept.
 */

import { readdirSync, readFileSync } from 'node:fs';

/** One source file; `path` is relative to src, with forward slashes. */
export interface Source {
  readonly path: string;
  readonly text: string;
}

/** One import or re-export. `target` is as written, or for relative ones the path relative to src. */
export interface Import {
  readonly target: string;
  readonly relative: boolean;
  /** Nothing of it is left when types are stripped. */
  readonly typeOnly: boolean;
}

const TOKENS =
  /\/\*[\s\S]*?\*\/|\/\/[^\n]*|'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*"|`(?:[^`\\]|\\[\s\S])*`|(?<=[(=,:[!&|?]\s*|return\s+)\/(?![*/])(?:[^/\\\n[]|\\.|\[(?:[^\]\\\n]|\\.)*\])+\/[a-z]*/g;
const STATIC_IMPORT = /\b(?:import|export)\s+(type\s+)?(?:([\w*{}\s,$]+?)\s+from\s+)?['"]([^'"]+)['"]/g;
const DYNAMIC_IMPORT = /\bimport\s*\(\s*['"]([^'"]+)['"]/g;

/** Every TypeScript file below `root`, by path. */
export function readSources(root: URL): readonly Source[] {
  return readdirSync(root, { recursive: true, encoding: 'utf8' })
    .map((path) => path.replaceAll('\\', '/'))
    .filter((path) => path.endsWith('.ts'))
    .sort()
    .map((path) => ({ path, text: readFileSync(new URL(path, root), 'utf8') }));
}

/** The code without comments and without what is only text. */
export function codeOf(text: string): string {
  return text.replace(TOKENS, (token) => {
    if (token.startsWith('`'))
      return Array.from(token.matchAll(/\$\{([^}]*)\}/g), (part) => part[1]).join(' ');
    return token.startsWith('/') ? ' ' : "''";
  });
}

/** What a file imports, re-exports and loads. */
export function importsOf({ path, text }: Source): readonly Import[] {
  const code = text.replace(TOKENS, (token) => (/^\/[/*]/.test(token) ? ' ' : token));
  const found: Import[] = [];
  for (const [, type, clause, target] of code.matchAll(STATIC_IMPORT)) {
    found.push(importOf(path, target as string, type !== undefined || isAllTypes(clause)));
  }
  for (const [, target] of code.matchAll(DYNAMIC_IMPORT)) found.push(importOf(path, target as string, false));
  return found;
}

function importOf(path: string, written: string, typeOnly: boolean): Import {
  const relative = written.startsWith('.');
  const target = relative ? new URL(written, `file:///${path}`).pathname.slice(1) : written;
  return { target, relative, typeOnly };
}

function isAllTypes(clause: string | undefined): boolean {
  const names = /^\{([^}]*)\}$/.exec(clause?.trim() ?? '')?.[1]?.split(',') ?? [];
  const filled = names.map((name) => name.trim()).filter((name) => name !== '');
  return filled.length > 0 && filled.every((name) => name.startsWith('type '));
}
