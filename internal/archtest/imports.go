package archtest

// Wall says which packages of the project a package may import. Standard
// library and third parties are other tables.
type Wall struct {
	Pkg string   // path below the module, "" = the module's root; a last /* stands for any one element
	May []string // what it may import; "*" = anything
	Not []string // exceptions from "*"
	Why string
}

var families = []string{"connectors/corebank", "connectors/cards", "connectors/callcentre", "connectors/web", "connectors/command"}

// Walls is the import table. The first row that fits a package counts.
func Walls() []Wall {
	family := []string{"connectors", "connectors/formats", "connectors/places", "schemas",
		"internal/scan", "internal/lineage", "internal/httpx", "internal/errs", "internal/opaque"}
	pure := []string{"schemas", "internal/scan", "internal/lineage", "internal/errs", "internal/opaque"}
	return []Wall{
		{Pkg: "", May: nil, Why: "the root holds no code"},
		{Pkg: "cmd/clientbase", May: []string{"*"}, Not: []string{"transforms", "dedupe"},
			Why: "verbs wire and decide nothing: cleansing and matching are reached through internal/pipeline, internal/cleanse and internal/filematch"},

		{Pkg: "connectors", May: []string{"schemas", "internal/errs", "internal/opaque", "internal/suggest"},
			Why: "the contract must not know those who fulfil it"},
		{Pkg: "connectors/formats", May: []string{"connectors", "schemas", "internal/scan", "internal/lineage", "internal/errs", "internal/opaque"},
			Why: "bytes → rows, whatever family asks"},
		{Pkg: "connectors/places", May: []string{"connectors", "schemas", "internal/scan", "internal/lineage", "internal/httpx", "internal/errs", "internal/opaque"},
			Why: "places → bytes, whatever family asks"},
		{Pkg: "connectors/registry", May: append([]string{"connectors"}, families...),
			Why: "the list of families, and nothing else"},
		{Pkg: "connectors/connectortest", May: []string{"connectors", "schemas", "internal/errs", "internal/opaque"},
			Why: "the suite knows the contract only, so that it fits every source"},
		{Pkg: "connectors/*", May: family,
			Why: "families never import each other nor a later stage; what two of them share waits for a third and then goes to formats or places"},

		{Pkg: "transforms", May: pure, Why: "pure functions of a batch and the model: no store, no matcher, no source"},
		{Pkg: "transforms/*", May: append([]string{"transforms"}, pure...), Why: "parts of transforms"},
		{Pkg: "dedupe", May: append([]string{"internal/scratch"}, pure...), Why: "knows ids of values and keys: no language, no store, no source"},
		{Pkg: "dedupe/*", May: append([]string{"dedupe"}, pure...), Why: "parts of dedupe"},
		{Pkg: "schemas", May: nil, Why: "everybody imports it, so it imports nobody"},
		{Pkg: "examples", May: nil, Why: "files only"},

		{Pkg: "internal/pipeline", May: []string{"connectors", "transforms", "dedupe", "schemas", "internal/store", "internal/segment",
			"internal/lineage", "internal/journal", "internal/ledger", "internal/landing", "internal/state", "internal/survivorship",
			"internal/scan", "internal/lookup", "internal/access", "internal/cleanse", "internal/disk", "internal/ordered", "internal/errs", "internal/opaque", "internal/suggest"},
			Why: "the order of the river is written here once; families and configuration are handed over by cmd"},
		{Pkg: "internal/cleanse", May: []string{"transforms", "schemas", "internal/scan", "internal/errs"},
			Why: "lines without a project: the rules, and neither store nor source"},
		{Pkg: "internal/filematch", May: []string{"connectors", "transforms", "dedupe", "schemas", "internal/ordered", "internal/errs", "internal/opaque"},
			Why: "one file without a project: the rules and the matcher, and neither store nor landing"},
		{Pkg: "internal/audit", May: []string{"internal/pipeline", "internal/journal", "internal/ledger", "schemas", "transforms", "internal/errs"},
			Why: "reads what was recorded and words it; nobody builds on it but verbs"},
		{Pkg: "internal/proof", May: []string{"internal/pipeline", "internal/access", "internal/journal", "internal/landing", "internal/ledger", "internal/store",
			"internal/errs", "internal/opaque"},
			Why: "reads what the pipeline wrote and tells whether it is still that; nobody builds on it but verbs"},
		{Pkg: "internal/store", May: []string{"schemas", "internal/lineage", "internal/lookup", "internal/confine", "internal/sheet", "internal/disk", "internal/suggest", "internal/errs", "internal/opaque"},
			Why: "data reaches the store as Arrow batches, not as a stage's own types"},
		{Pkg: "internal/access", May: []string{"internal/disk", "internal/errs", "internal/opaque"}, Why: "reads as data, whoever reads what"},
		{Pkg: "internal/sheet", May: []string{"internal/errs"}, Why: "files for spreadsheets, whatever stands in them"},
		{Pkg: "internal/confine", May: nil, Why: "a leaf: walls and limits for a child, whatever it does"},
		{Pkg: "internal/lookup", May: []string{"internal/disk", "internal/errs"}, Why: "an index of hashes to numbers: neither names nor the store"},
		{Pkg: "internal/landing", May: []string{"connectors", "schemas", "internal/disk", "internal/errs", "internal/opaque"},
			Why: "a landed batch is the connectors' contract, encrypted"},
		{Pkg: "internal/state", May: []string{"schemas", "internal/errs", "internal/opaque"}, Why: "the record base knows rows, not where they came from"},
		{Pkg: "internal/survivorship", May: []string{"schemas", "internal/lineage"}, Why: "a pure choice among values"},
		{Pkg: "internal/segment", May: []string{"schemas", "internal/errs", "internal/suggest"}, Why: "it declares the small query interface that it needs"},
		{Pkg: "internal/outbound", May: []string{"schemas", "internal/journal", "internal/segment", "internal/suggest", "internal/sheet", "internal/disk", "internal/errs", "internal/opaque"},
			Why: "the only door for clear contact points"},
		{Pkg: "internal/config", May: []string{"schemas", "examples", "internal/config/*", "internal/cron", "internal/errs", "internal/opaque", "internal/suggest"},
			Why: "hands a connector's node over without knowing connectors; examples are embedded by init"},
		{Pkg: "internal/config/*", May: []string{"schemas", "internal/errs", "internal/opaque"}, Why: "as config"},
		{Pkg: "internal/journal", May: []string{"schemas", "internal/disk", "internal/errs", "internal/opaque"}, Why: "acts of people as data"},
		{Pkg: "internal/ledger", May: []string{"schemas", "internal/disk", "internal/errs", "internal/opaque"}, Why: "a log of leaves, whatever they say"},
		{Pkg: "internal/lineage", May: []string{"schemas", "internal/errs", "internal/opaque"}, Why: "vocabulary of origins"},
		{Pkg: "internal/demobank", May: []string{"schemas", "internal/errs", "internal/opaque"},
			Why: "its encoders are written apart from the readers, else a test proves a bug against itself"},
		{Pkg: "internal/invented", May: nil, Why: "a leaf: it makes what dedupe is measured by, so it knows nothing of dedupe"},
		{Pkg: "internal/bench", May: []string{"internal/demobank", "internal/invented", "transforms", "schemas"}, Why: "measures the real program from outside, as a person would, and the rules alone"},
		{Pkg: "internal/cron", May: nil, Why: "a leaf: instants out of an expression; validate and the scheduler must mean the same by it"},
		{Pkg: "internal/schedule", May: []string{"internal/cron", "internal/disk", "internal/errs"},
			Why: "decides when and remembers it; what a run is, is handed over by cmd"},
		{Pkg: "internal/backup", May: []string{"internal/store", "internal/landing", "internal/journal", "internal/ledger", "internal/disk", "internal/errs", "internal/opaque"},
			Why: "copies what the others wrote, in an order that none of them knows"},
		{Pkg: "internal/disk", May: []string{"internal/errs"}, Why: "a leaf: files and folders, whatever is in them"},
		{Pkg: "internal/httpx", May: []string{"internal/errs", "internal/opaque"}, Why: "HTTP for any connector"},
		{Pkg: "internal/scan", May: nil, Why: "a leaf: card numbers, check digits, charsets"},
		{Pkg: "internal/ordered", May: nil, Why: "a leaf: work shared among workers, whatever it is"},
		{Pkg: "internal/scratch", May: []string{"internal/errs"}, Why: "lists of numbers, whatever they say"},
		{Pkg: "internal/errs", May: nil, Why: "a leaf"},
		{Pkg: "internal/suggest", May: nil, Why: "a leaf: what was meant by a name that does not exist"},
		{Pkg: "internal/opaque", May: nil, Why: "a leaf"},
		{Pkg: "internal/archtest", May: nil, Why: "reads files, imports nobody"},
		{Pkg: "internal/decisions", May: nil, Why: "notes only"},
		{Pkg: "internal/realinput", May: nil, Why: "tests only: they run the real program from outside"},
	}
}

// Library says which packages may import a third-party module, tests included
// where Tests is set.
type Library struct {
	Path  string   // import path prefix
	In    []string // packages, as in Wall.Pkg; none = nobody
	Tests bool     // tests are bound too
	Why   string
}

// Libraries are the third parties with walls of their own.
func Libraries() []Library {
	return []Library{
		{Path: "github.com/duckdb", In: []string{"internal/store"}, Tests: true,
			Why: "one package knows the store's engine; ask internal/store for a query"},
		{Path: "github.com/marcboeker/go-duckdb", Tests: true, Why: "deprecated: github.com/duckdb/duckdb-go/v2, in internal/store"},
		{Path: "gopkg.in/yaml.v3", Tests: true, Why: "archived: go.yaml.in/yaml/v3"},
		{Path: "gopkg.in/yaml.v2", Tests: true, Why: "archived: go.yaml.in/yaml/v3"},
		{Path: "github.com/apache/arrow/go", Tests: true, Why: "old path: github.com/apache/arrow-go/v18"},
		{Path: "filippo.io/age", In: []string{"internal/landing", "internal/journal"}, Tests: false, Why: "files are encrypted in one place"},
		{Path: "github.com/jackc/pgx", In: []string{"connectors/corebank"}, Tests: false, Why: "one family speaks to databases"},
		{Path: "github.com/spf13/cobra", In: []string{"cmd/clientbase"}, Tests: true, Why: "only verbs know the command line"},
		{Path: "github.com/vbauerster/mpb", In: []string{"cmd/clientbase"}, Tests: true, Why: "only verbs draw; stages report to pipeline.Progress"},
		{Path: "github.com/transparency-dev", In: []string{"internal/ledger"}, Tests: true, Why: "tests only: somebody else's checker of the log"},
		{Path: "golang.org/x/mod", In: []string{"internal/ledger"}, Tests: false, Why: "proofs and signatures of the ledger, asked for in one place"},
		{Path: "github.com/robfig/cron", In: []string{"internal/cron"}, Tests: true, Why: "its Next skips and doubles local times when the clocks change: ask internal/cron"},
		{Path: "github.com/nyaruka/phonenumbers", In: []string{"transforms"}, Tests: false, Why: "behind our own pre-parser"},
		{Path: "log", Tests: false, Why: "a library returns errors and counts; cmd prints them"},
		{Path: "log/slog", Tests: false, Why: "a library returns errors and counts; cmd prints them"},
		{Path: "unsafe", In: []string{"schemas", "internal/scan", "internal/state", "connectors/formats", "transforms", "dedupe", "internal/confine", "internal/scratch"}, Tests: false,
			Why: "strings over bytes without a copy, where a benchmark asks for it; system calls that take a struct"},
		{Path: "C", Tests: true, Why: "the DuckDB driver brings the only C code"},
	}
}

// thirdPartyFree are packages that take the standard library and the listed
// modules only.
func thirdPartyFree() map[string][]string {
	return map[string][]string{
		"schemas":               {"github.com/apache/arrow-go/v18"},
		"internal/errs":         nil,
		"internal/opaque":       nil,
		"internal/archtest":     nil,
		"internal/survivorship": {"github.com/apache/arrow-go/v18"},
		"dedupe":                {"github.com/apache/arrow-go/v18", "golang.org/x/sync", "golang.org/x/sys", "go.yaml.in/yaml/v3"},
		"internal/config":       {"go.yaml.in/yaml/v3", "golang.org/x/sys", "github.com/gofrs/flock"},
	}
}
