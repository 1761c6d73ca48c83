# One image for every job of an account: docker build -t prop-runner .   See docs/container.md.
#
# The base is pinned by its tag. For bytes that never change put the digest you have seen behind it: python:3.13.7-slim-bookworm@sha256:…
FROM python:3.13.7-slim-bookworm AS build
SHELL ["/bin/bash", "-o", "pipefail", "-c"]
WORKDIR /build
COPY scripts/image/build.lock scripts/image/runtime.lock ./
RUN python -m venv /build/tools \
    && /build/tools/bin/pip install --no-cache-dir --no-deps --require-hashes --requirement build.lock \
    && /build/tools/bin/pip wheel --no-cache-dir --no-deps --no-build-isolation --require-hashes --requirement runtime.lock --wheel-dir /build/wheels
COPY pyproject.toml README.md ./
COPY accounts accounts
COPY blocks blocks
COPY conf conf
COPY runner runner
COPY schema schema
RUN /build/tools/bin/pip wheel --no-cache-dir --no-deps --no-build-isolation --wheel-dir /build/wheels . \
    && python -m venv --without-pip /opt/runner \
    && /build/tools/bin/pip --python /opt/runner/bin/python install --no-cache-dir --no-index --no-deps /build/wheels/*.whl

FROM python:3.13.7-slim-bookworm
LABEL org.opencontainers.image.title="prop-runner" \
      org.opencontainers.image.description="Runs the accounts of a prop-firm trader: bots, guard, schedule, alerts, desk" \
      org.opencontainers.image.base.name="python:3.13.7-slim-bookworm"
RUN groupadd --gid 10001 runner \
    && useradd --uid 10001 --gid 10001 --no-create-home --home-dir /trading --shell /usr/sbin/nologin runner \
    && install -d -o 10001 -g 10001 /trading /trading/state /cache
COPY --from=build /opt/runner /opt/runner
COPY scripts/image/alive /usr/local/bin/alive
ENV PATH=/opt/runner/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    RUNNER_HOME=/trading \
    NUMBA_CACHE_DIR=/cache \
    TZ=UTC
USER 10001:10001
WORKDIR /trading
RUN python -m runner.machine.warm
VOLUME ["/trading/state", "/cache"]
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --timeout=10s --start-period=5m --retries=3 CMD ["alive"]
CMD ["runner", "--version"]
