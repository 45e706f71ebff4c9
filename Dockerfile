# syntax=docker/dockerfile:1
# The server alone, for docker-compose.yml. The program carries its migrations,
# catalogue and documentation, so the second stage holds one file and no tools.

FROM rust:1.95-slim-bookworm AS build
WORKDIR /build
COPY . .
RUN --mount=type=cache,target=/usr/local/cargo/registry \
    --mount=type=cache,target=/build/target \
    cargo build --release --locked --bin sanad && cp target/release/sanad /sanad

FROM debian:bookworm-slim
RUN useradd --system --uid 10001 --home-dir /var/lib/sanad --create-home sanad
COPY --from=build /sanad /usr/local/bin/sanad
USER sanad
WORKDIR /var/lib/sanad
# Keys and, without PostgreSQL, the database file: back this folder up.
VOLUME /var/lib/sanad
EXPOSE 8080
ENV SANAD_LISTEN=0.0.0.0:8080
# The image has no HTTP client; bash asks for readiness itself.
HEALTHCHECK --interval=10s --timeout=3s --start-period=30s --retries=6 \
    CMD ["bash", "-c", "exec 3<>/dev/tcp/127.0.0.1/8080; printf 'GET /ready HTTP/1.0\\r\\n\\r\\n' >&3; read -r -t 2 answer <&3; [[ $answer == *' 200 '* ]]"]
ENTRYPOINT ["sanad"]
CMD ["serve"]
