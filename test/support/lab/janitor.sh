#!/bin/sh
# janitor.sh FOLDER: makes FOLDER, waits until its stdin ends (the test process stopped the lab, or died in
# whatever way), then ends the domain controller whose process group is in FOLDER/dc.pid and removes FOLDER.
trap '' HUP INT TERM
mkdir -m 700 "$1" || exit 1
echo ready
cat >/dev/null

tries=0
while [ -d "$1" ] && [ "$tries" -lt 100 ]; do
  if [ -s "$1/dc.pid" ]; then
    kill -KILL -- "-$(cat "$1/dc.pid")" 2>/dev/null
  fi
  # A tool that is just being killed can still write: look again until the folder stays away.
  rm -rf "$1" 2>/dev/null || sleep 0.1
  tries=$((tries + 1))
done
