#!/bin/sh
# Sees to Debian's Chromium, Pango and pdftotext for the tests: installs them as root, else says which line to run.
set -eu
need=""
command -v "${CHROMIUM:-chromium}" >/dev/null 2>&1 || need="chromium fonts-dejavu-core"
command -v pdftotext >/dev/null 2>&1 || need="$need poppler-utils"
ldconfig -p 2>/dev/null | grep -q libpangoft2-1.0 || need="$need libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0"
[ -n "$need" ] || exit 0
line="apt-get install -y --no-install-recommends $need"
if [ "$(id -u)" = 0 ]; then
  export DEBIAN_FRONTEND=noninteractive
  apt-get update -qq && $line >/dev/null
else
  echo "The tests need a browser. Run this line once: sudo $line" >&2
  exit 2
fi
