/** `child.ts FOLDER apply|resume|undo STEP`: does it and dies at that step; one that lives prints how many there were. */

import { createFuse } from './fuse.ts';
import { apply, RUN, resume, undo } from './session.ts';

const [folder = '', what, at] = process.argv.slice(2);
const fuse = createFuse(Number(at));
if (what === 'apply') await apply(folder, fuse);
else if (what === 'resume') await resume(folder, RUN, fuse);
else await undo(folder, fuse);
process.stdout.write(String(fuse.steps));
