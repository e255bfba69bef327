#!/usr/bin/env bash
# http-cache-semantics 4.3.0, a private cache, answers of the same moment with different `Cache-Control`.
# Expected: names of directives have no case (RFC 9111, section 5.2), so `Max-Age=60` is fresh for a minute as `max-age=60` is;
# and `must-revalidate` asks only once an answer is stale (section 5.2.2.2), so `max-age=60, must-revalidate` is used for a minute.
# Seen: `Max-Age=60` has no lifetime at all, and an answer with `must-revalidate` is never used without asking, although its
# lifetime is told as 60 seconds. A cache over it has to write the names small and to judge freshness by itself.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
echo '{ "private": true }' > package.json
npm install --silent --no-audit --no-fund --ignore-scripts http-cache-semantics@4.3.0
cat > run.js <<'JS'
const CachePolicy = require('http-cache-semantics');
const request = { method: 'GET', url: '/', headers: {} };
for (const control of ['max-age=60', 'Max-Age=60', 'max-age=60, must-revalidate']) {
  const policy = new CachePolicy(request, { status: 200, headers: { 'cache-control': control } }, { shared: false });
  const seconds = Math.round(policy.timeToLive() / 1000);
  console.log(`${control}: fresh for ${seconds} s, used without asking: ${policy.satisfiesWithoutRevalidation(request)}`);
}
JS
output=$(node run.js)
echo "$output"
grep -q '^max-age=60: fresh for 60 s, used without asking: true$' <<< "$output" || { echo 'changed: the plain one'; exit 1; }
grep -q '^Max-Age=60: fresh for 0 s, used without asking: false$' <<< "$output" || { echo 'changed: names have no case'; exit 1; }
grep -q '^max-age=60, must-revalidate: fresh for 60 s, used without asking: false$' <<< "$output" || { echo 'changed: must-revalidate'; exit 1; }
echo 'as stated'
