# syntax=docker/dockerfile:1
# Runtime: a distroless image with Node 24. Its default name is without a registry: give the one your organisation pulls from,
#   docker build --build-arg RUNTIME_IMAGE=REGISTRY/distroless/nodejs24-debian12:nonroot -t zonewise .
ARG BUILD_IMAGE=node:24-bookworm-slim
ARG RUNTIME_IMAGE=distroless/nodejs24-debian12:nonroot

FROM ${BUILD_IMAGE} AS build
WORKDIR /build
COPY package.json package-lock.json ./
RUN npm ci
COPY tsconfig.json tsconfig.build.json vite.config.ts ./
COPY src src
RUN npm run build

FROM ${BUILD_IMAGE} AS dependencies
WORKDIR /dependencies
COPY package.json package-lock.json ./
RUN npm ci --omit=dev --ignore-scripts

FROM ${RUNTIME_IMAGE}
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
