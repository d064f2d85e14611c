# syntax=docker/dockerfile:1

FROM node:22-slim AS ide
WORKDIR /build
COPY graphiql/ graphiql/
RUN npm ci --prefix graphiql --no-audit --no-fund && npm run build --prefix graphiql

FROM python:3.13-slim AS package
WORKDIR /build
RUN python -m venv /opt/gateway
COPY requirements.txt .
RUN /opt/gateway/bin/pip install --no-cache-dir --require-hashes -r requirements.txt
COPY pyproject.toml README.md LICENSE ./
COPY gateway/ gateway/
COPY --from=ide /build/gateway/http/ide/ gateway/http/ide/
RUN /opt/gateway/bin/pip install --no-cache-dir --no-deps --no-build-isolation .

FROM python:3.13-slim
RUN useradd --system --uid 10001 --no-create-home gateway
COPY --from=package /opt/gateway /opt/gateway
ENV PATH=/opt/gateway/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    GATEWAY_HOST=0.0.0.0 \
    GATEWAY_PORT=8000
USER gateway
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=3s --start-period=10s \
    CMD ["python", "-c", "import os, urllib.request as r; r.urlopen(f'http://127.0.0.1:{os.environ[\"GATEWAY_PORT\"]}/health', timeout=2)"]
STOPSIGNAL SIGTERM
ENTRYPOINT ["gateway"]
CMD ["serve"]
