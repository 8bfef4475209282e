# The only image is a Docker Official Image, by digest; `npm run renew-digests` writes a newer one. Where images are pulled
# from another registry: docker build --build-arg NODE_IMAGE=REGISTRY/node:24-bookworm-slim -t zonewise .
ARG NODE_IMAGE=node:24.21.0-bookworm-slim@sha256:d6aa754f16b3197301076f047b5def2f02ea1dbbc2ca920407d46d7ec7f87b20

# These two run on the machine that builds: their result is JavaScript, the same for every architecture. Needs BuildKit, the
# default of Docker since version 23.
FROM --platform=$BUILDPLATFORM ${NODE_IMAGE} AS build
WORKDIR /build
COPY package.json package-lock.json ./
RUN npm ci --ignore-scripts
COPY tsconfig.json tsconfig.build.json vite.config.ts ./
COPY src src
RUN npm run build

FROM --platform=$BUILDPLATFORM ${NODE_IMAGE} AS dependencies
WORKDIR /dependencies
COPY package.json package-lock.json ./
RUN npm ci --omit=dev --ignore-scripts

FROM ${NODE_IMAGE} AS node
WORKDIR /collect
COPY scripts/collect-node.sh ./
RUN sh collect-node.sh

# For jobs of CI systems that run a shell in the image: docker build --target ci -t zonewise:ci .
FROM ${NODE_IMAGE} AS ci
WORKDIR /zonewise
COPY --from=dependencies /dependencies/node_modules node_modules
COPY --from=build /build/dist dist
COPY bin bin
COPY package.json LICENSE ./
COPY sample sample
RUN ln -s /zonewise/bin/zonewise.cjs /usr/local/bin/zonewise
USER 1000:1000
ENTRYPOINT []
CMD ["zonewise", "help"]

# The default: Node, the libraries that it loads, and zonewise. No shell, no package manager.
FROM scratch
COPY --from=node /collect/root /
WORKDIR /zonewise
COPY --from=dependencies /dependencies/node_modules node_modules
COPY --from=build /build/dist dist
COPY package.json LICENSE ./
COPY sample sample
USER 65532:65532
EXPOSE 8443 8080
# Garbage of reviews dies young and the topology grows little: V8's default sizes would take twice the memory for no speed.
ENTRYPOINT ["/nodejs/bin/node", "--max-semi-space-size=4", "--heap-growing-percent=40", "--no-parallel-scavenge", "/zonewise/dist/main.js"]
CMD ["serve"]
