// Exits 0 when the address answers 2xx within two seconds: the health check of the container files.
const [address] = process.argv.slice(2);
if (address === undefined) throw new Error('usage: probe-health.ts URL');
const isHealthy = await fetch(address, { signal: AbortSignal.timeout(2_000) }).then(
  (response) => response.ok,
  () => false,
);
process.exitCode = isHealthy ? 0 : 1;
