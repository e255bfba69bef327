#!/usr/bin/env bash
# mqtt-packet 9.0.2, a PUBLISH of MQTT 5 whose user properties are an object without any.
# Expected: the packet as it is without user properties: there may be any number of them, none too (MQTT 5.0, 3.3.2.3.7).
# Seen: `generate` gives back no bytes at all and throws nothing, so the sender believes that it has sent and waits for an
# answer. Whoever maps headers to user properties has to leave the object away when there are none.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
echo '{ "private": true }' > package.json
npm install --silent --no-audit --no-fund --ignore-scripts mqtt-packet@9.0.2
cat > run.js <<'JS'
const { generate } = require('mqtt-packet');
const packet = { cmd: 'publish', topic: 't', payload: 'hello', qos: 0, dup: false, retain: false };
const sizeOf = (properties) => generate({ ...packet, properties }, { protocolVersion: 5 }).length;
console.log(`no properties: ${sizeOf({})} bytes`);
console.log(`one user property: ${sizeOf({ userProperties: { a: '1' } })} bytes`);
console.log(`user properties without any: ${sizeOf({ userProperties: {} })} bytes`);
JS
output=$(node run.js)
echo "$output"
grep -q '^no properties: 11 bytes$' <<< "$output" || { echo 'changed: the plain packet'; exit 1; }
grep -q '^one user property: 18 bytes$' <<< "$output" || { echo 'changed: one user property'; exit 1; }
grep -q '^user properties without any: 0 bytes$' <<< "$output" || { echo 'changed: it has bytes'; exit 1; }
echo 'as stated'
