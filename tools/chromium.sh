#!/bin/sh
# Sees to Debian's Chromium, Pango and pdftotext for the tests: installs them as root, else says which line to run.
# The headless shell is Chromium without windows and toolbars: the tests take half the time with it.
set -eu
has() { command -v "$1" >/dev/null 2>&1; }
need=""
has "${CHROMIUM:-chromium-headless-shell}" || has "${CHROMIUM:-chromium}" || need="BROWSER fonts-dejavu-core"
has pdftotext || need="$need poppler-utils"
ldconfig -p 2>/dev/null | grep -q libpangoft2-1.0 || need="$need libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0"
[ -n "$need" ] || exit 0
export DEBIAN_FRONTEND=noninteractive
[ "$(id -u)" != 0 ] || apt-get update -qq
browser=chromium
! apt-cache show chromium-headless-shell >/dev/null 2>&1 || browser=chromium-headless-shell
line="apt-get install -y --no-install-recommends $(echo "$need" | sed "s/BROWSER/$browser/")"
if [ "$(id -u)" = 0 ]; then
  $line >/dev/null
else
  echo "The tests need a browser and tools for paper. Run this line once: sudo $line" >&2
  exit 2
fi
