/** Colours for a terminal: roles to chalk. Without colour everything stays as it is. */

import { Chalk } from 'chalk';
import type { Role } from './columns.ts';

/** Paints text by its role; `heading` stands out whatever it says. */
export interface Paint {
  heading(text: string): string;
  role(text: string, role: Role | null): string;
}

export function createPaint(color: boolean): Paint {
  const chalk = new Chalk({ level: color ? 1 : 0 });
  return {
    heading: (text) => chalk.bold(text),
    role: (text, role) => {
      switch (role) {
        case null:
          return text;
        case 'good':
          return chalk.green(text);
        case 'warn':
          return chalk.yellow(text);
        case 'bad':
          return chalk.red(text);
        case 'dim':
          return chalk.gray(text);
        default:
          return role satisfies never;
      }
    },
  };
}
