# One image for every process: the command says which (see docker-compose.yml). Name the base by its digest to pin it:
#   docker build --build-arg BASE=node:24-bookworm-slim@sha256:… .
ARG BASE=node:24-bookworm-slim

FROM ${BASE} AS dependencies
WORKDIR /app
COPY package.json package-lock.json ./
COPY sdk/package.json sdk/
COPY apollo-server/package.json apollo-server/
# Scripts of installing prepare a checkout for developers, and are not here yet.
RUN npm ci --omit=dev --ignore-scripts --no-audit --no-fund

FROM ${BASE}
ENV NODE_ENV=production OPERANDI_HOST=0.0.0.0
WORKDIR /app
COPY --from=dependencies /app/node_modules ./node_modules
COPY . .
USER node
EXPOSE 4000
ENTRYPOINT ["node", "cli/operandi.cjs"]
CMD ["gateway"]
