#!/bin/sh
# install-packages.sh PACKAGE...: installs them quietly, without starting the services that some of them bring
# (policy-rc.d is Debian's switch for that). Run under a lock: two test runs may start together.
set -e
policy=/usr/sbin/policy-rc.d
if [ ! -e "$policy" ]; then
  trap 'rm -f "$policy"' EXIT
  printf '#!/bin/sh\nexit 101\n' >"$policy"
  chmod 755 "$policy"
fi
apt-get -qq -o DPkg::Lock::Timeout=300 update
apt-get -qq -y -o DPkg::Lock::Timeout=300 --no-install-recommends install "$@"
