/** Makes a domain with its first DC. */

import { join } from 'node:path';
import { type DnsMode, type Place, shortHostName, smbOptions, writeDcFiles, writeSmbConf } from './config.ts';
import { mustRun } from './run.ts';

/** Makes the DC's files and an empty domain; its name must resolve already. */
export async function provisionDomain(
  place: Place,
  env: NodeJS.ProcessEnv,
  adminPassword: string,
  mode: DnsMode,
): Promise<void> {
  await writeDcFiles(place);
  await mustRun(
    'samba-tool',
    [
      ...['domain', 'provision', `--realm=${place.realm}`, `--domain=${place.domain}`, '--server-role=dc'],
      ...[`--adminpass=${adminPassword}`, '--dns-backend=SAMBA_INTERNAL', '--configfile=/dev/null'],
      ...[`--targetdir=${join(place.folder, 'dc')}`, `--host-name=${shortHostName(place)}`],
      ...[`--host-ip=${place.address}`, ...smbOptions(place, mode).map((option) => `--option=${option}`)],
    ],
    { env },
  );
  await writeSmbConf(place, mode);
}
