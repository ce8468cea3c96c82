/** The security context of the platform this runs on; its library is loaded only when somebody signs in with it. */

import { platform } from 'node:os';
import type { SecurityContext, ServiceTarget } from './security-context.ts';

/**
 * Begins a context with the tickets or the logon that this process has.
 *
 * @throws DirectoryError `credentials` when there are none, or the platform's library cannot be used
 */
export async function createSecurityContext(target: ServiceTarget): Promise<SecurityContext> {
  if (platform() === 'win32') return (await import('./sspi.ts')).createSspiContext(target);
  return (await import('./gssapi.ts')).createGssapiContext(target);
}
