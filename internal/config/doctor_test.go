package config

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/gofrs/flock"
)

// finding gives the one finding of a check about a thing that holds part.
func finding(t *testing.T, all []Finding, check, part string) Finding {
	t.Helper()
	for _, f := range all {
		if f.Check == check && strings.Contains(f.Thing, part) {
			return f
		}
	}
	t.Fatalf("no finding of %s %s", check, part)
	return Finding{}
}

func TestDoctorOnAFreshProject(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "bank")
	if _, err := Init(dir); err != nil {
		t.Fatal(err)
	}
	for _, f := range Doctor(mustLoad(t, dir)) {
		if f.Level == Failure || f.Level == Warning && f.Check != "disk" {
			t.Errorf("%+v", f)
		}
	}
	if _, err := os.Stat(filepath.Join(dir, "data")); !os.IsNotExist(err) {
		t.Error("doctor made the data folder")
	}
}

func TestDoctorFindsWhatIsWrong(t *testing.T) {
	dir := write(t, map[string]string{
		"clientbase.yaml":   "version: 1\nproject: Bank\nvars: {IN: in}\nsecrets: {CORE: {file: keys/none}}\n",
		"sources/core.yaml": goodSource,
	})
	p := mustLoad(t, dir)
	keys := filepath.Join(p.Data, "keys")
	if err := os.MkdirAll(keys, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(p.Data, 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(keys, "project.key"), []byte("x"), 0o644); err != nil {
		t.Fatal(err)
	}
	l := flock.New(filepath.Join(p.Data, "run.lock"))
	if ok, err := l.TryLock(); !ok || err != nil {
		t.Fatal("no lock", err)
	}
	defer func() { _ = l.Unlock() }()
	all := Doctor(p)
	for _, c := range []struct {
		check, thing string
		level        Level
		msg          string
	}{
		{"data folder", "data", Failure, "open to others"},
		{"keys", "keys", Failure, "1 of 1"},
		{"lock", "run.lock", Warning, "a run is at work"},
		{"secret", "CORE", Failure, "no such file"},
		{"source", "core/clients", Warning, "no file at in/clients_*.csv"},
		{"time zones", "", Fine, "all known"},
	} {
		if f := finding(t, all, c.check, c.thing); f.Level != c.level || !strings.Contains(f.Msg, c.msg) {
			t.Errorf("%s: %+v", c.check, f)
		}
	}
}
