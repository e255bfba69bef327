#!/usr/bin/env bash
# Node.js 24.21.0 (npm package node): createCipheriv with the key as a Buffer and with the same key as a KeyObject.
# Expected: about the same, as the key is 32 bytes either way and a KeyObject has to be made first.
# Seen: with bytes each cipher takes several times as long, although createSecretKey itself takes next to nothing: making
# the KeyObject for every single message is quicker, too.
set -euo pipefail
[ "$(uname -sm)" = 'Linux x86_64' ] || { echo 'needs Linux on x86-64'; exit 1; }
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
echo '{ "private": true }' > package.json
npm install --silent --no-audit --no-fund node@24.21.0
cat > measure.cjs <<'JS'
const { createCipheriv, createSecretKey, randomBytes } = require('node:crypto');
const bytes = randomBytes(32);
const object = createSecretKey(bytes);
const nonce = randomBytes(12);
const seal = (key) => {
  const cipher = createCipheriv('aes-256-gcm', key, nonce);
  cipher.update('a message');
  cipher.final();
};
const ways = { bytes: () => seal(bytes), object: () => seal(object), fresh: () => seal(createSecretKey(bytes)) };
const least = { bytes: Infinity, object: Infinity, fresh: Infinity };
for (let round = 0; round < 30; round += 1)
  for (const [name, run] of Object.entries(ways)) {
    const { user, system } = process.cpuUsage();
    for (let n = 0; n < 1000; n += 1) run();
    const after = process.cpuUsage();
    least[name] = Math.min(least[name], (after.user + after.system - user - system) / 1000);
  }
for (const [name, us] of Object.entries(least)) console.log(`${name}: ${us.toFixed(1)} us of processor time`);
const isSeen = least.bytes > 2 * least.object && least.bytes > 1.5 * least.fresh;
console.log(isSeen ? 'as stated' : 'changed');
process.exitCode = isSeen ? 0 : 1;
JS
node_modules/node/bin/node --version
node_modules/node/bin/node measure.cjs
