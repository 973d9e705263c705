package archtest

// Call is a call that some packages must not make outside tests.
type Call struct {
	Fn  string   // "time.Now"
	In  []string // packages that must not call it
	But []string // files of them that may
	Why string
}

// Calls lists them.
func Calls() []Call {
	pure := []string{"transforms", "dedupe", "schemas", "internal/survivorship", "internal/demobank", "internal/config", "connectors/formats", "internal/cron", "internal/schedule"}
	calls := []Call{
		{Fn: "time.Now", In: pure, Why: "no clock changes a result: take the instant as an argument"},
		{Fn: "time.Since", In: pure, Why: "no clock changes a result: measure in internal/pipeline"},
		{Fn: "rand.Int", In: pure, Why: "unseeded: draw from a seeded rand.Rand"},
		{Fn: "rand.IntN", In: pure, Why: "unseeded: draw from a seeded rand.Rand"},
		{Fn: "rand.Float64", In: pure, Why: "unseeded: draw from a seeded rand.Rand"},
		{Fn: "rand.Shuffle", In: pure, Why: "unseeded: draw from a seeded rand.Rand"},
		{Fn: "os.Exit", In: []string{"*", "!cmd/clientbase", "!internal/bench"}, Why: "return an error: cmd turns it into the exit code"},
		{Fn: "maphash.MakeSeed", In: []string{"*"}, Why: "differs from run to run"},
	}
	writers := []string{"*", "!internal/disk", "!internal/config", "!internal/demobank", "!internal/bench", "!connectors/connectortest"}
	for _, fn := range []string{"Create", "CreateTemp", "OpenFile", "WriteFile", "Rename", "Remove", "RemoveAll", "Link", "Symlink", "Mkdir", "MkdirAll", "MkdirTemp", "Truncate", "Chmod", "Chtimes", "CopyFS", "OpenRoot"} {
		calls = append(calls, Call{Fn: "os." + fn, In: writers, But: []string{"internal/pipeline/rss_linux.go", "internal/scratch/map_linux.go"},
			Why: "what is written goes through internal/disk: synced in one place, and failed at every call by make crash"})
	}
	return calls
}

// blankImports are the imports for effect that are allowed.
func blankImports() map[string]string {
	return map[string]string{
		"embed":       "go:embed needs it",
		"time/tzdata": "zones mean the same on every machine",
	}
}

// maxLines is the length from which a file surely holds more than one idea.
const maxLines = 500

// longFiles may be longer, each for a reason.
func longFiles() map[string]string {
	return map[string]string{}
}

// initFuncs are the files that may have an init function, each for a reason.
func initFuncs() map[string]string {
	return map[string]string{}
}

// changedGlobals are package variables that code may assign to, "file: name",
// each for a reason.
func changedGlobals() map[string]string {
	return map[string]string{}
}
