# One image for web, worker and janitor; docker-compose.yml starts each with its command.
#
# The sandbox's own image is not made here: a worker assembles it at its first start
# from the toolchain in this image and hands it to the engine, without any registry.

FROM node:24-slim AS pages
WORKDIR /src/static
COPY static/package.json static/package-lock.json static/.npmrc ./
RUN npm ci --no-progress
COPY static/ ./
RUN npm run build

FROM python:3.13-slim AS packages
COPY --from=ghcr.io/astral-sh/uv:0.13.9 /uv /bin/uv
WORKDIR /app
ENV UV_PROJECT_ENVIRONMENT=/app/.venv UV_COMPILE_BYTECODE=1 UV_LINK_MODE=copy
COPY pyproject.toml uv.lock README.md ./
RUN uv sync --frozen --no-default-groups --no-install-project
COPY judge/ judge/
RUN uv sync --frozen --no-default-groups

FROM python:3.13-slim
# Not root. The worker joins the engine's group with `group_add` in docker-compose.yml.
RUN useradd --uid 10001 --create-home --home-dir /var/lib/judge judge
WORKDIR /app
COPY --from=packages /app /app
COPY templates/ templates/
COPY migrations/ migrations/
COPY problems/ problems/
COPY examples/ examples/
COPY --from=pages /src/static/dist static/dist
RUN mkdir -p /app/var && chown judge:judge /app/var
ENV PATH=/app/.venv/bin:$PATH PYTHONUNBUFFERED=1 JUDGE_ENV=production
USER judge
VOLUME /app/var
EXPOSE 8000
CMD ["judge", "web"]
