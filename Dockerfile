# A static binary on an empty base: no shell, no package manager, no root.
FROM golang:1.26-bookworm AS build
WORKDIR /src
COPY go.mod go.sum ./
RUN go mod download
COPY . .
ARG VERSION=devel
RUN CGO_ENABLED=0 go build -trimpath -ldflags "-s -w -X github.com/milvus-medic/medic/bot.version=${VERSION}" -o /out/medic . \
 && mkdir -p /out/data

FROM gcr.io/distroless/static-debian12:nonroot
COPY --from=build /out/medic /medic
COPY --from=build --chown=65532:65532 /out/data /data
USER 65532:65532
VOLUME /data
ENV MEDIC_ADDR=127.0.0.1:8421
HEALTHCHECK --interval=30s --timeout=3s --start-period=10s CMD ["/medic", "run", "--probe"]
ENTRYPOINT ["/medic"]
CMD ["run", "--data", "/data"]
