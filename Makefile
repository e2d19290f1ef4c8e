# Every command that this project needs. "make help" lists them.

GOLANGCI_VERSION := v2.15.0
GOLANGCI         := bin/golangci-lint-$(GOLANGCI_VERSION)

# The packages that do things at the same time.
CONCURRENT := ./internal/store ./internal/market ./graph ./internal/world ./internal/gql/graphql/... ./internal/gql/internal/... ./internal/authn ./internal/api ./internal/program

.DEFAULT_GOAL := help

.PHONY: help
help: ## Show this list
	@awk 'BEGIN {FS = ":.*## "} /^[a-z-]+:.*## / {printf "  %-15s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

.PHONY: demo
demo: ## Start everything on a temporary database, with a small world
	go run . demo

.PHONY: serve
serve: ## Serve on the database of the settings
	go run . serve

.PHONY: build
build: ## Build bin/kontrak
	go build -o bin/kontrak .

.PHONY: generate
generate: ## Generate ent and the graph anew
	go generate ./...

.PHONY: migration
migration: ## Draft a migration for both databases: make migration NAME=add_tags
	@test -n "$(NAME)" || { echo "say what it is for: make migration NAME=add_tags" >&2; exit 2; }
	go run ./internal/store/cmd/migrationdraft $(NAME)

.PHONY: test
test: ## Run the tests: on SQLite, and on PostgreSQL where it is found
	go test ./...

.PHONY: test-postgres
test-postgres: ## Run the tests, and fail where there is no PostgreSQL
	KONTRAK_REQUIRE_POSTGRES=1 go test ./...

.PHONY: race
race: ## Run the tests of what is concurrent under the race detector, on PostgreSQL
	go test -race -short -timeout 30m $(CONCURRENT)

# How often the callers of each race meet.
ROUNDS ?= 1000

.PHONY: races
races: ## Let rivals meet on both databases, and print who won: make races ROUNDS=10000
	KONTRAK_REQUIRE_POSTGRES=1 nice go test -count=1 -timeout 0 -parallel 1 -v -run 'ExactlyOneWins$$' ./internal/market -rounds $(ROUNDS)

.PHONY: secrecy
secrecy: ## Prove that hidden data changes no answer: every value, reader and operation
	nice go test -count=1 -timeout 0 -v -run '^TestHiddenData|^TestWhoHasATie|^TestEveryTag' ./internal/secrecy -secrecy.each

.PHONY: scale
scale: ## Measure the lists of agreements on a million of them (PostgreSQL)
	go test -count=1 -timeout 40m -run '^TestAgreementsAtScale$$' -v ./internal/market -scale 1000000

# How many partners, institutions and certifications their lists are compared over.
CROWD ?= 5000

.PHONY: crowd
crowd: ## Hold every list of partners, institutions, certifications and wishlists against plain loops, on both databases: make crowd CROWD=5000
	KONTRAK_REQUIRE_POSTGRES=1 nice go test -count=1 -timeout 60m -v -run 'APlainLoop(Finds|Says|Counts)$$|^TestCertificationsAreListedAsTheOracleSays$$' ./internal/market -crowd $(CROWD) -institutions $(CROWD) -certifications $(CROWD)

.PHONY: scale-partners
scale-partners: ## Measure who could be hired of 100,000 partners (SQLite and PostgreSQL)
	KONTRAK_REQUIRE_POSTGRES=1 go test -count=1 -timeout 40m -parallel 1 -run '^TestEligiblePartnersAtScale$$' -v ./internal/market -partners 100000

.PHONY: scale-search
scale-search: ## Measure the searches of 100,000 partners and 100,000 institutions (SQLite and PostgreSQL)
	KONTRAK_REQUIRE_POSTGRES=1 go test -count=1 -timeout 40m -parallel 1 -run '^TestSearchAtScale$$' -v ./internal/market -search 100000

.PHONY: soak-live
soak-live: ## Let 250 subscribers be told of 1,000 changes each, on both databases
	KONTRAK_REQUIRE_POSTGRES=1 nice go test -count=1 -timeout 40m -parallel 1 -v -run '^TestEverySubscriberIsToldOfEveryChange$$' ./graph -live.sockets 200 -live.streams 50 -live.changes 1000

# How often each door of accounts is measured.
TIMES ?= 300

.PHONY: timing
timing: ## Measure what an address costs that nobody has: make timing TIMES=1000
	KONTRAK_REQUIRE_POSTGRES=1 go test -count=1 -timeout 0 -parallel 1 -v -run '^TestTimesOfKnownAndUnknownAddresses$$' ./internal/authn -timing $(TIMES)

.PHONY: bench
bench: ## Measure the nested page: the engine alone, and whole on both databases
	go test -run '^$$' -bench . -benchmem ./graph ./internal/gql/internal/page

.PHONY: bench-engine
bench-engine: ## Compare the engine with graph-gophers: CPU, allocations and pages a second
	cd bench && go run ./engine

# The fuzz targets: of the transports, and of the guard in front of the whole program.
# Minimising an input may take 60 s unless it is told not to.
FUZZ_WIRE  := FuzzHTTPBody FuzzWebsocketMessages FuzzWebsocketFrames
FUZZ_GUARD := FuzzDocument FuzzOperation FuzzVariables
FUZZTIME ?= 10m

.PHONY: fuzz
fuzz: ## Fuzz documents, variables, bodies and frames, one after the other: make fuzz FUZZTIME=10m
	@set -e; for f in $(FUZZ_GUARD:%=./internal/guard:%) $(FUZZ_WIRE:%=./internal/gql/graphql/handler/transport:%); do \
		echo "$${f#*:} for $(FUZZTIME)"; \
		go test -run '^$$' -fuzz "^$${f#*:}$$" -fuzztime $(FUZZTIME) -fuzzminimizetime 1s -parallel 1 "$${f%%:*}"; \
	done

# Counted inputs have no clock to run out in the middle of one. The guard's binary is the
# tests': one that tells what an input reaches has ent and the graph compiled anew, which
# takes longer than what is fuzzed here.
.PHONY: fuzz-short
fuzz-short: ## The same for 50,000 inputs of each transport, and 20,000 of each of the guard's
	@set -e; cache=$$(mktemp -d); trap 'rm -rf "$$cache"' EXIT; \
	for f in $(FUZZ_WIRE); do \
		go test -run '^$$' -fuzz "^$$f$$" -fuzztime 50000x -fuzzminimizetime 1s -parallel 1 ./internal/gql/graphql/handler/transport; \
	done; \
	go test -c -o "$$cache/guard.test" ./internal/guard; cd internal/guard; \
	for f in $(FUZZ_GUARD); do \
		"$$cache/guard.test" -test.run '^$$' -test.fuzz "^$$f$$" -test.fuzztime 20000x -test.fuzzminimizetime 1s -test.parallel 1 -test.fuzzcachedir "$$cache"; \
	done

.PHONY: web
web: ## Build the playground from its sources
	cd web && npm ci --no-audit --no-fund && npm run build

.PHONY: browser
browser: ## Use the playground in a real browser (Debian's chromium)
	cd web/test && npm ci --no-audit --no-fund
	KONTRAK_REQUIRE_BROWSER=1 go test -count=1 -run Browser ./web

.PHONY: explain
explain: ## Hold what is told of actions against what they answer: 20,000 scenes and their counts, on SQLite
	go test -count=1 -v -run 'TestExplainIsTrue/sqlite' ./internal/market -rapid.checks=2500

.PHONY: audits
audits: ## Hold the running demo to the GraphQL-over-HTTP specification (npm's graphql-http; needs node)
	.ci/with-demo sh -c 'go run kontrak/internal/gql/audit -url "$$DEMO_URL/query"'

# How many documents, and the seed they come from; 0 draws one.
N    ?= 20000
SEED ?= 0

.PHONY: oracle
oracle: ## Hold the engine against graphql-js: make oracle N=300000 SEED=7
	cd internal/gql/oracle/node && npm ci --no-audit --no-fund
	KONTRAK_REQUIRE_NODE=1 go test -count=1 -timeout 0 -v -run 'GraphQLJS' ./internal/gql/oracle -documents $(N) -seed $(SEED)

# How many agreements the four lists are compared over.
PAPERS ?= 5000

.PHONY: oracle-agreements
oracle-agreements: ## Hold the four lists of agreements against plain Go, on both databases: make oracle-agreements PAPERS=5000
	KONTRAK_REQUIRE_POSTGRES=1 nice go test -count=1 -timeout 0 -v -run 'PlainSearchFinds$$' ./graph -graph.papers $(PAPERS) -graph.pairs 1
	KONTRAK_REQUIRE_POSTGRES=1 nice go test -count=1 -timeout 0 -v -run 'EachPairKeepsWhatItSays$$' ./internal/rest/faveo -faveo.papers $(PAPERS) -faveo.rounds 4
	KONTRAK_REQUIRE_POSTGRES=1 nice go test -count=1 -timeout 0 -v -run 'PlainSearchFinds$$' ./internal/rest/kit -kit.papers $(PAPERS) -kit.rounds 4
	KONTRAK_REQUIRE_POSTGRES=1 nice go test -count=1 -timeout 0 -v -run 'PlainSearchFinds$$' ./internal/rest/yedpay -yedpay.papers $(PAPERS) -yedpay.rounds 20
	KONTRAK_REQUIRE_POSTGRES=1 nice go test -count=1 -timeout 0 -v ./internal/parity -parity.papers $(PAPERS)

# In how many random worlds the graph is compared with the routes.
WORLDS ?= 20

.PHONY: parity
parity: ## Hold the graph against Nukitu's routes, on both databases: make parity WORLDS=20
	KONTRAK_REQUIRE_POSTGRES=1 nice go test -count=1 -timeout 0 ./internal/parity/routes -routes.worlds $(WORLDS) -routes.visits 10

.PHONY: tooling
tooling: ## Read the schema and make code of it with the tools that clients use
	cd graph/tooling && npm ci --no-audit --no-fund
	KONTRAK_REQUIRE_NODE=1 go test -count=1 -v ./graph/tooling

.PHONY: golden
golden: ## Rewrite the golden files; read the difference before keeping it
	go test $$(git grep -l 'flag.Bool("update"' -- '*_test.go' | xargs -n1 dirname | sort -u | sed 's,^,./,') -update

.PHONY: fmt
fmt: ## Format the code
	gofmt -w $$(git ls-files --cached --others --exclude-standard '*.go')

.PHONY: lint
lint: $(GOLANGCI) ## Check the code beyond the compiler
	$(GOLANGCI) run ./...
	cd bench && ../$(GOLANGCI) run --config ../.golangci.yml ./...

$(GOLANGCI):
	GOBIN=$(CURDIR)/bin go install github.com/golangci/golangci-lint/v2/cmd/golangci-lint@$(GOLANGCI_VERSION)
	mv bin/golangci-lint $(GOLANGCI)

.PHONY: arrows
arrows: ## Check who imports whom, who asks the clock, and how long files are
	go test ./internal/arrows

.PHONY: gqlgen
gqlgen: ## Go over to gqlgen, where it can be downloaded (internal/gql/README.md)
	scripts/gqlgen

.PHONY: ci
ci: ## Run what the build server runs
	.ci/run
