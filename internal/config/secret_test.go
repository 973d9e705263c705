package config

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

const canary = "canary-3f91"

func secretProject(t *testing.T) (*Project, string) {
	t.Helper()
	dir := write(t, map[string]string{
		"clientbase.yaml": "version: 1\nproject: Bank\nvars: {IN: in}\nsecrets:\n  CORE: {env: CORE_DSN_OF_TEST}\n  SFTP: {file: keys/sftp}\n",
		"keys/sftp":       canary + "\r\n", "sources/core.yaml": goodSource,
	})
	if err := os.Chmod(filepath.Join(dir, "keys", "sftp"), 0o600); err != nil {
		t.Fatal(err)
	}
	return mustLoad(t, dir), filepath.Join(dir, "keys", "sftp")
}

func TestSecretPlaces(t *testing.T) {
	p, _ := secretProject(t)
	t.Setenv("CORE_DSN_OF_TEST", canary)
	t.Setenv("UNPLACED_OF_TEST", canary)
	for _, name := range []string{"CORE", "SFTP", "UNPLACED_OF_TEST"} {
		v, err := p.Secret(name)
		if err != nil || v.Reveal() != canary {
			t.Errorf("%s was not read: %v", name, err)
		}
		if s := fmt.Sprintf("%v %+v %#v", v, v, v); strings.Contains(s, canary) {
			t.Errorf("%s prints", name)
		}
	}
}

func TestSecretFaultsNameThePlaceOnly(t *testing.T) {
	p, path := secretProject(t)
	check := func(name, want string) {
		t.Helper()
		_, err := p.Secret(name)
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: error %v, want %s", name, err, want)
		}
		if err != nil && strings.Contains(err.Error(), canary) {
			t.Errorf("%s: the error holds the secret", name)
		}
	}
	check("CORE", "CORE_DSN_OF_TEST is not set")
	for _, mode := range []os.FileMode{0o640, 0o604, 0o644} {
		if err := os.Chmod(path, mode); err != nil {
			t.Fatal(err)
		}
		check("SFTP", "open to others")
	}
	if err := os.Chmod(path, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte("\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	check("SFTP", "is empty")
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	check("SFTP", "no such file")
}

// A secret written into the project by mistake is not repeated in the faults.
func TestFaultsHideMisplacedSecrets(t *testing.T) {
	_, faults, err := Load(write(t, map[string]string{
		"clientbase.yaml": "version: 1\nproject: Bank\nsecrets:\n  A: " + canary + "\n  B: [" + canary + "]\n  C: {file: a, value: " + canary + "}\n",
	}))
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	for _, asJSON := range []bool{false, true} {
		if err := WriteFaults(&b, faults, asJSON); err != nil {
			t.Fatal(err)
		}
	}
	if len(faults) < 3 || strings.Contains(b.String(), canary) {
		t.Errorf("%d faults:\n%s", len(faults), strings.ReplaceAll(b.String(), canary, "<the secret>"))
	}
}
