#!/usr/bin/env bash
# dependency-cruiser 17.4.3 (18.7.2 alike, on newer Node.js) beside TypeScript 7.0.2.
# Expected: a rule that forbids an import is broken by a TypeScript file, or the tool says that it cannot read the file.
# Seen: with TypeScript 5.9 the violation is found. With TypeScript 7, which has no programming interface, no module is
# read: "no dependency violations found (0 modules, 0 dependencies cruised)", exit code 0. A green check checks nothing.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
mkdir upper lower
echo 'export const low = 1;' > lower/low.ts
echo 'import { low } from "../lower/low.ts"; export const up = low;' > upper/up.ts
cat > rules.cjs <<'RULES'
module.exports = {
  forbidden: [{ name: 'not-down', severity: 'error', from: { path: '^upper' }, to: { path: '^lower' } }],
  options: { tsConfig: { fileName: 'tsconfig.json' } },
};
RULES
echo '{ "compilerOptions": { "module": "NodeNext", "allowImportingTsExtensions": true, "noEmit": true } }' > tsconfig.json
echo '{ "private": true, "type": "module" }' > package.json

cruise() {
  npm install --silent --no-audit --no-fund dependency-cruiser@17.4.3 "typescript@$1" >/dev/null 2>&1
  set +e
  output=$(npx depcruise --config rules.cjs --output-type err upper 2>&1)
  code=$?
  set -e
  printf 'TypeScript %s, exit code %s:\n%s\n' "$1" "$code" "$output"
}

cruise 5.9.3
[ "$code" -ne 0 ] && grep -q not-down <<< "$output" || { echo 'changed: TypeScript 5.9 finds no violation'; exit 1; }
cruise 7.0.2
[ "$code" -eq 0 ] && grep -q '0 modules' <<< "$output" || { echo 'changed: TypeScript 7 is read, or refused'; exit 1; }
echo 'as stated'
