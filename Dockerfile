# Two stages, so that npm's cache stays behind.
FROM node:24-slim AS dependencies
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
# No dependency needs its install script: better-sqlite3 and resvg bring their binaries.
RUN npm ci --omit=dev --ignore-scripts

FROM node:24-slim
ENV NODE_ENV=production \
    HTTP_HOST=0.0.0.0 \
    PORT=3000 \
    DATABASE_URL=sqlite:/data/appointments.sqlite
WORKDIR /app
COPY --from=dependencies /app/node_modules ./node_modules
COPY package.json LICENSE ./
COPY migrations ./migrations
COPY src ./src
# The one folder that is written to, and only with SQLite.
RUN install --directory --owner=node --group=node --mode=0750 /data
VOLUME /data
USER node
EXPOSE 3000
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s --retries=3 \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT}/health/live`).then((answer) => process.exit(answer.ok ? 0 : 1), () => process.exit(1))"]
# Node handles SIGTERM itself, so that nothing has to stand before it as process 1. A small young generation keeps a
# night's cleanup under 250 MB.
CMD ["node", "--max-semi-space-size=4", "src/main.ts"]
