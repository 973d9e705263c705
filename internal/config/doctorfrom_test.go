package config

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// A secret that only a source names, and a program that is not there, are found
// before the night in which they would be missed.
func TestDoctorAsksForWhatSourcesNeed(t *testing.T) {
	stream := func(from string) string {
		return "kind: x\ntitle: {ru: А, en: A}\nstreams:\n  s:\n    from: " + from + "\n    mode: events\n    key: [a]\n    columns: {a: text}\n    party: {kind: person, map: {full_name: a}}\n"
	}
	dir := write(t, map[string]string{
		"sources/db.yaml":  "source: db\n" + stream(`{driver: postgres, dsn_secret: TRIAL_DSN, table: a}`),
		"sources/own.yaml": "source: own\n" + stream(`{run: ["./own", "--all"], env_secrets: [TRIAL_TOKEN]}`),
	})
	p := mustLoad(t, dir)
	t.Setenv("TRIAL_TOKEN", "a-secret-word")
	all := Doctor(p)
	if f := finding(t, all, "secret", "TRIAL_DSN"); f.Level != Failure || !strings.Contains(f.Hint, "export TRIAL_DSN") || strings.Contains(f.Msg, "secret TRIAL_DSN") {
		t.Errorf("%+v", f)
	}
	if f := finding(t, all, "secret", "TRIAL_TOKEN"); f.Level != Fine {
		t.Errorf("%+v", f)
	}
	if f := finding(t, all, "program", "own/s"); f.Level != Failure {
		t.Errorf("%+v", f)
	}
	if err := os.WriteFile(filepath.Join(dir, "own"), []byte("#!/bin/sh\n"), 0o700); err != nil {
		t.Fatal(err)
	}
	if f := finding(t, Doctor(p), "program", "own/s"); f.Level != Fine {
		t.Errorf("%+v", f)
	}
}
