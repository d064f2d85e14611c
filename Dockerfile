# syntax=docker/dockerfile:1

# docker build -t partner-center-gateway .
# To try it on the sandbox, without any setting:  docker run --rm -p 127.0.0.1:8000:8000 partner-center-gateway dev
# To serve callers of Partner Center:             docker run -p 8000:8000 -e GATEWAY_... partner-center-gateway

FROM node:22-slim AS ide
WORKDIR /build
COPY graphiql/ graphiql/
RUN npm ci --prefix graphiql --no-audit --no-fund && npm run build --prefix graphiql

# /opt/gateway contains only what runs the gateway and sends its traces, nothing that builds or installs packages.
FROM python:3.13-slim AS package
WORKDIR /build
COPY requirements-image.txt requirements-build.txt ./
RUN python -m venv --without-pip /opt/gateway \
    && pip --python /opt/gateway install --no-cache-dir --require-hashes -r requirements-image.txt \
    && pip install --no-cache-dir --require-hashes -r requirements-build.txt
COPY pyproject.toml README.md LICENSE ./
COPY gateway/ gateway/
COPY operations/ operations/
COPY --from=ide /build/gateway/http/ide/ gateway/http/ide/
RUN pip wheel --no-cache-dir --no-deps --no-build-isolation --wheel-dir dist . \
    && pip --python /opt/gateway install --no-cache-dir --no-deps dist/*.whl

FROM python:3.13-slim
COPY --from=package /opt/gateway /opt/gateway
# For group 0 too, because some platforms run images with a user id of their own and that group.
RUN install --directory --owner=10001 --group=0 --mode=0770 /data
# The base image's standard library is not compiled, and user 10001 cannot write there: each start and each health check
# would compile it again. A file that cannot be compiled, such as test data, must not fail the build.
RUN python -m compileall -q /usr/local/lib/python3.* || true
ENV PATH=/opt/gateway/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    GATEWAY_HOST=0.0.0.0 \
    GATEWAY_PORT=8000
USER 10001
# For GATEWAY_STORE_URL=sqlite:/data/gateway.sqlite
VOLUME /data
WORKDIR /data
# 9100 for GATEWAY_METRICS_PORT=9100; it is not for callers.
EXPOSE 8000 9100
HEALTHCHECK --interval=10s --timeout=3s --start-period=10s CMD ["python", "-P", "-m", "gateway.server.healthcheck"]
STOPSIGNAL SIGTERM
ENTRYPOINT ["gateway"]
CMD ["serve"]
