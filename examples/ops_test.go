package examples_test

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"clientbase/internal/cron"
)

// unit reads a unit file: "Section.Key" → values in order.
func unit(t *testing.T, name string) map[string][]string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("ops", name))
	if err != nil {
		t.Fatal(err)
	}
	out, section := map[string][]string{}, ""
	for _, l := range strings.Split(string(text), "\n") {
		switch {
		case l == "" || l[0] == '#':
		case l[0] == '[':
			section = strings.Trim(l, "[]")
		default:
			k, v, ok := strings.Cut(l, "=")
			if !ok {
				t.Fatalf("%s: %s", name, l)
			}
			out[section+"."+k] = append(out[section+"."+k], v)
		}
	}
	return out
}

// Both services are closed in the same way, and name the same project.
func TestUnitsAreHardened(t *testing.T) {
	stays, once := unit(t, "clientbase.service"), unit(t, "clientbase-once.service")
	for k, want := range map[string]string{"UMask": "0077", "NoNewPrivileges": "yes", "ProtectSystem": "strict", "ReadWritePaths": "/srv/bank/data", "CapabilityBoundingSet": "",
		"LimitCORE": "0", "ProtectHome": "yes", "PrivateTmp": "yes", "User": "clientbase", "WorkingDirectory": "/srv/bank"} {
		if got := stays["Service."+k]; len(got) != 1 || got[0] != want {
			t.Errorf("%s=%v, want %s", k, got, want)
		}
	}
	own := []string{"Service.Type", "Service.ExecStart", "Service.Restart", "Service.RestartSec", "Service.RestartPreventExitStatus", "Service.SuccessExitStatus"}
	for k, v := range stays {
		if strings.HasPrefix(k, "Service.") && !slices.Contains(own, k) && !slices.Equal(v, once[k]) {
			t.Errorf("%s: %v in one service, %v in the other", k, v, once[k])
		}
	}
	if got := stays["Service.ExecStart"]; len(got) != 1 || !strings.HasSuffix(got[0], " schedule") {
		t.Errorf("%v", got)
	}
	if got := once["Service.ExecStart"]; len(got) != 1 || !strings.HasSuffix(got[0], " schedule --once") {
		t.Errorf("%v", got)
	}
}

// systemd itself finds no fault in the units, and little that they leave open.
func TestUnitsAreKnownToSystemd(t *testing.T) {
	analyze, err := exec.LookPath("systemd-analyze")
	if err != nil {
		t.Skip("SKIP: no systemd-analyze here: the units were only read by our own test")
	}
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	var names []string
	for _, name := range []string{"clientbase.service", "clientbase-once.service", "clientbase-once.timer"} {
		text, err := os.ReadFile(filepath.Join("ops", name))
		if err != nil {
			t.Fatal(err)
		}
		text = bytes.ReplaceAll(text, []byte("/usr/local/bin/clientbase"), []byte(self)) // the program must be there to be verified
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, text, 0o644); err != nil {
			t.Fatal(err)
		}
		names = append(names, path)
	}
	if out, err := exec.Command(analyze, append([]string{"verify"}, names...)...).CombinedOutput(); err != nil || len(out) > 0 {
		t.Errorf("verify: %v\n%s", err, out)
	}
	for _, name := range names[:2] { // 0 is closed to everything, 10 is open; 2.5 stands for 25
		out, err := exec.Command(analyze, "security", "--offline=true", "--threshold=25", "--no-pager", name).CombinedOutput()
		if bytes.Contains(out, []byte("unrecognized option")) {
			t.Logf("this systemd-analyze cannot judge a file's security")
			continue
		}
		if err != nil {
			t.Errorf("security: %v\n%s", err, out)
		}
	}
}

// Each line of the crontab has a time that cron and the scheduler mean alike, a
// user, and the program with the project of the units.
func TestCrontab(t *testing.T) {
	text, err := os.ReadFile("ops/crontab")
	if err != nil {
		t.Fatal(err)
	}
	lines := 0
	for _, l := range strings.Split(string(text), "\n") {
		if l == "" || l[0] == '#' {
			continue
		}
		lines++
		f := strings.Fields(l)
		if len(f) < 8 {
			t.Fatalf("%s", l)
		}
		if _, err := cron.Parse(strings.Join(f[:5], " "), nil); err != nil {
			t.Errorf("%s: %v", l, err)
		}
		if f[5] != "clientbase" || !strings.Contains(l, "/usr/local/bin/clientbase -C /srv/bank ") || strings.Contains(l, "%") {
			t.Errorf("%s", l)
		}
	}
	if lines != 2 {
		t.Errorf("%d lines", lines)
	}
}

// The schedule that the page shows is one that the program takes.
func TestOpsPageShowsAValidSchedule(t *testing.T) {
	text, err := os.ReadFile("ops/README.md")
	if err != nil {
		t.Fatal(err)
	}
	_, rest, ok := strings.Cut(string(text), `schedule: "`)
	expr, _, closed := strings.Cut(rest, `"`)
	if !ok || !closed {
		t.Fatal("no schedule on the page")
	}
	if _, err := cron.Parse(expr, nil); err != nil {
		t.Errorf("%s: %v", expr, err)
	}
}
