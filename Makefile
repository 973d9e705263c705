# make demo    build, then a small bank from scattered files to explained clients
# make test    everything that continuous integration checks
# make bench   rows/s and peak memory of every stage, 100 k and 1 M records
# make crash   fails and kills at every call that writes (hours; CLIENTBASE_CRASH_STEP=4: every fourth)
# make accuracy   how right dedupe is, on every file whose truth is known
# make build | lint | fmt | nocgo | bench-small | clean

GO          ?= go
STATICCHECK := honnef.co/go/tools/cmd/staticcheck@v0.8.2
BIN         := bin/clientbase

.PHONY: demo build test crash bench accuracy bench-small lint fmt fmt-check vet nocgo servers gotest clean
.NOTPARALLEL:

demo: build
	$(BIN) demo

build:
	$(GO) build -o $(BIN) ./cmd/clientbase

test: servers fmt-check vet lint gotest bench-small

servers:
	@.ci/servers

fmt:
	gofmt -w .

fmt-check:
	@bad=$$(gofmt -l .); if [ -n "$$bad" ]; then echo "not formatted, run make fmt:"; echo "$$bad"; exit 1; fi

vet:
	$(GO) vet ./...

lint:
	$(GO) run $(STATICCHECK) ./...

# The stages that also run without a store must build without a C compiler
# (internal/archtest checks it in make test).
nocgo:
	CGO_ENABLED=0 $(GO) build ./connectors/... ./transforms/... ./dedupe/... ./schemas/...

# Fuzz targets run their seeds here; -p 2 keeps two cores and the memory in hand.
gotest:
	$(GO) test -count=1 -p 2 -timeout 40m ./...

# The store's part needs strace, and root for small file systems; it says so
# where something is missing. A folder in memory (TMPDIR=/dev/shm) is faster.
# The last line erases a person from a store that is neither encrypted nor
# compressed, and searches its bytes.
crash: servers
	CLIENTBASE_CRASH=all $(GO) test -count=1 -v -timeout 24h -run '^TestCrash|^TestReadersDuringPublications$$' ./cmd/clientbase ./internal/store
	$(GO) test -count=1 -v -tags plain -run '^TestRawBytes' ./cmd/clientbase

# Sizes of the banks that make bench loads: BENCH="-sizes 20000 -wide 0" for a quick look.
BENCH ?=

bench: build
	$(GO) test -run '^$$' -bench Scoring ./dedupe
	$(GO) test -run '^$$' -bench CheckMillion -benchtime 1x ./internal/ledger
	$(GO) run ./internal/bench -bin $(BIN) $(BENCH)

# ACCURACY="-only families -rows 300000" takes some files, or larger ones.
ACCURACY ?=

accuracy: build
	$(GO) run ./internal/bench -bin $(BIN) -accuracy $(ACCURACY)

# One round of every benchmark and a small bank through the real program, so
# that neither can rot.
bench-small: build
	$(GO) test -run '^$$' -bench . -benchtime 1x -p 1 ./...
	$(GO) run ./internal/bench -bin $(BIN) -sizes 5000 -wide 0 -delta 200 -cleansing 100ms -families 5000@64MB

clean:
	rm -rf bin
