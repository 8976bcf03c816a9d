# A static binary beside Tesseract, which reads screenshots: that needs a small
# Debian instead of an empty base. No root, and nothing is written outside /data.
FROM golang:1.26-bookworm AS build
WORKDIR /src
COPY go.mod go.sum ./
RUN go mod download
COPY . .
ARG VERSION=devel
RUN CGO_ENABLED=0 go build -trimpath -ldflags "-s -w -X github.com/milvus-medic/medic/bot.version=${VERSION}" -o /out/medic . \
 && mkdir -p /out/data

FROM debian:bookworm-slim
RUN apt-get update -q \
 && apt-get install -y -q --no-install-recommends ca-certificates tesseract-ocr tesseract-ocr-eng \
 && rm -rf /var/lib/apt/lists/*
COPY --from=build /out/medic /medic
COPY --from=build --chown=65532:65532 /out/data /data
USER 65532:65532
VOLUME /data
ENV MEDIC_ADDR=127.0.0.1:8421
HEALTHCHECK --interval=30s --timeout=3s --start-period=10s CMD ["/medic", "run", "--probe"]
ENTRYPOINT ["/medic"]
CMD ["run", "--data", "/data"]
