package main

import (
	"bytes"
	"encoding/json"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"clientbase/internal/landing"
	"clientbase/internal/ledger"
)

// backedBank is a bank under a master key with a load, an act, and a backup.
func backedBank(t *testing.T) (b bank, dir, keys string) {
	t.Helper()
	b = newBank(t)
	b.noBrake()
	b.write("in/clients_2026-03-01.csv", fourClients+";Без Ключа;01.02.1980;\n")
	b.write("secret/master.key", strings.Repeat("a", 64))
	if err := os.Chmod(b.path("secret/master.key"), 0o600); err != nil {
		t.Fatal(err)
	}
	b.write("clientbase.yaml", b.read("clientbase.yaml")+"keys: {master: {file: secret/master.key}}\n")
	b.does(0, "run")
	b.does(0, "override", "set", "--record", "core/clients:3", "--attr", "city", "--value", "Казань", "--reason", "told")
	dir, keys = filepath.Join(t.TempDir(), "backup"), filepath.Join(t.TempDir(), "keys")
	b.does(0, "backup", "--to", dir, "--keys-to", keys)
	return b, dir, keys
}

// restored gives a copy of the project whose data folder came from a backup.
func (b bank) restored(t *testing.T, dir, keys string, more ...string) bank {
	t.Helper()
	to := b.copiedBut(t, "data") // a run may be at work in it
	to.does(0, append([]string{"restore", "--from", dir, "--keys", keys, "--to", to.path("data"), "--verify"}, more...)...)
	return to
}

func everyFile(t *testing.T, dir string, visit func(path string, text []byte)) {
	t.Helper()
	err := filepath.WalkDir(dir, func(path string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		text, err := os.ReadFile(path)
		if err == nil {
			visit(path, text)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// What comes back is what was there: the same rows, acts and ledger, and the
// next day's load ends where it ends without the loss.
func TestBackupComesBack(t *testing.T) {
	b, dir, keys := backedBank(t)
	r := b.restored(t, dir, keys)
	if got, err := lookAt(r); err != nil {
		t.Error(err)
	} else if was, err := lookAt(b); err != nil || !got.same(was) {
		t.Errorf("%v, %s", err, got.differ(was))
	}
	k, err := landing.OpenKeys(r.path("data/keys"))
	if err != nil {
		t.Fatal(err)
	}
	var last ledger.Leaf
	if err := ledger.Open(r.path("data"), k.Project()).Leaves(0, func(_ int64, l ledger.Leaf) error { last = l; return nil }); err != nil || last.Kind != ledger.Restored || len(last.Sum("backup")) != 64 {
		t.Errorf("the ledger ends with %+v, %v", last, err)
	}
	next := strings.Replace(fourClients, "200-00-02", "200-00-09", 1)
	for _, x := range []bank{b, r} {
		x.write("in/clients_2026-03-02.csv", next)
		x.does(0, "run")
	}
	if got, err := lookAt(r); err != nil {
		t.Error(err)
	} else if want, err := lookAt(b); err != nil || !got.same(want) || got.seq != 2 {
		t.Errorf("%v, %s", err, got.differ(want))
	}
}

// No key is in a backup, neither as it lies in the folder nor opened, and
// nothing of the landed rows lies open in it but what the snapshot shows.
func TestBackupHoldsNoKeys(t *testing.T) {
	b, dir, keys := backedBank(t)
	k, err := landing.OpenKeys(b.path("data/keys"))
	if err != nil {
		t.Fatal(err)
	}
	var needles [][]byte
	everyFile(t, b.path("data/keys"), func(path string, text []byte) {
		if len(text) == 0 {
			return
		}
		needles = append(needles, bytes.TrimSpace(text))
		rel, _ := filepath.Rel(b.path("data/keys"), path)
		if open, err := k.Secret(rel); err == nil {
			needles = append(needles, bytes.TrimSpace(open))
		}
	})
	if len(needles) < 8 {
		t.Fatalf("only %d keys were looked for", len(needles))
	}
	n := 0
	everyFile(t, dir, func(path string, text []byte) {
		n++
		for _, x := range needles {
			if bytes.Contains(text, x) {
				t.Errorf("%s holds a key", path)
			}
		}
	})
	if n < 25 {
		t.Errorf("only %d files in the backup", n)
	}
	text, err := os.ReadFile(keys)
	if err != nil || bytes.Contains(text, []byte("AGE-SECRET")) {
		t.Errorf("the key file lies open under a master key: %v", err)
	}
	b.fails(1, []string{"apart"}, "backup", "--to", dir+"2", "--keys-to", filepath.Join(dir+"2", "keys"))
	b.fails(1, []string{"apart"}, "backup", "--to", b.path("data/backup"))
	b.fails(1, []string{"not empty"}, "backup", "--to", dir)
}

// A byte changed anywhere in a backup, a file too few, other keys: refused, and
// no data folder comes to be.
func TestRestoreRefusesWhatWasChanged(t *testing.T) {
	b, dir, keys := backedBank(t)
	to := filepath.Join(t.TempDir(), "new")
	refuses := func(what string, words ...string) {
		t.Helper()
		_, errOut, got := b.tries("restore", "--from", dir, "--keys", keys, "--to", to)
		if got != 1 && got != 3 {
			t.Errorf("%s: exit %d", what, got)
		}
		for _, w := range words {
			if !strings.Contains(errOut, w) {
				t.Errorf("%s: said %q, without %q", what, errOut, w)
			}
		}
		if _, err := os.Stat(to); err == nil {
			t.Fatalf("%s: a data folder was left", what)
		}
	}
	changed := 0
	everyFile(t, dir, func(path string, text []byte) {
		if len(text) == 0 {
			return
		}
		if changed++; changed%7 != 0 && !strings.HasSuffix(path, "backup.json") {
			return // every seventh file is enough for here
		}
		rel, _ := filepath.Rel(dir, path)
		bad := bytes.Clone(text)
		bad[len(bad)*2/3] ^= 1
		put(t, path, bad)
		if rel == "backup.json" {
			refuses("a byte of " + rel)
		} else {
			refuses("a byte of "+rel, filepath.ToSlash(rel), "differ")
		}
		put(t, path, text)
	})
	landed := one(t, filepath.Join(dir, "data/landing/core/clients/*.age"))
	if err := os.Rename(landed, landed+".away"); err != nil {
		t.Fatal(err)
	}
	refuses("a file too few", "is not there")
	if err := os.Rename(landed+".away", landed); err != nil {
		t.Fatal(err)
	}
	other, _, otherKeys := backedBank(t)
	_ = other
	mine := keys
	keys = otherKeys
	refuses("keys of another folder", "seal")
	keys = mine

	// a key that was destroyed since
	var k map[string]any
	text, err := os.ReadFile(keys)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(text, &k); err != nil {
		t.Fatal(err)
	}
	delete(k["files"].(map[string]any), "files/"+strings.TrimSuffix(filepath.Base(landed), ".age")+".key")
	less, err := json.Marshal(k)
	if err != nil {
		t.Fatal(err)
	}
	put(t, keys, less)
	refuses("a key destroyed since", "the keys of 1 sealed files are not there", "erased")
	put(t, keys, text)
	b.does(0, "restore", "--from", dir, "--keys", keys, "--to", to)
}

// put writes over a file that may be a hard link: the other name keeps its bytes.
func put(t *testing.T, path string, text []byte) {
	t.Helper()
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, text, 0o600); err != nil {
		t.Fatal(err)
	}
}

// tries runs a verb, whatever comes of it.
func (b bank) tries(args ...string) (out, errOut string, code int) {
	var o, e bytes.Buffer
	code = run(append([]string{"-C", b.dir}, args...), strings.NewReader(""), &o, &e)
	return o.String(), e.String(), code
}

// The journal that outlived the data folder counts; another folder's is none.
func TestRestoreWithTheJournalOfToday(t *testing.T) {
	b, dir, keys := backedBank(t)
	b.does(0, "consent", "set", "--record", "core/clients:2", "--state", "objection", "--origin", "call", "--reason", "asked")
	today := b.path("data/journal/journal.cbj")
	r := b.restored(t, dir, keys, "--journal", today)
	if out, _ := r.does(0, "journal", "list"); !strings.Contains(out, "objection") {
		t.Errorf("the act of today is not there:\n%s", out)
	}
	put(t, today, []byte("CBJ1\n"))
	b.fails(3, []string{"does not continue"}, "restore", "--from", dir, "--keys", keys, "--to", filepath.Join(t.TempDir(), "new"), "--journal", today)
}

// Who was erased since a backup does not come back with it: with the keys of
// then and the journal of now the erasure is done again before anybody reads
// the folder; with the keys of now, or outside of the project, it is refused.
func TestRestoreErasesAgain(t *testing.T) {
	b := subjectBank(t)
	b.does(0, "run")
	others := b.others()
	dir, keys := filepath.Join(t.TempDir(), "backup"), filepath.Join(t.TempDir(), "keys")
	b.does(0, "backup", "--to", dir, "--keys-to", keys)
	b.does(0, "subject", "forget", b.bird(), "--ground", "request", "--reason", "letter")
	now := filepath.Join(t.TempDir(), "now")
	b.does(0, "backup", "--to", now, "--keys-to", now+".keys")
	today, to := b.path("data/journal/journal.cbj"), filepath.Join(t.TempDir(), "new")
	b.fails(3, []string{"or are other ones", "erased"}, "restore", "--from", dir, "--keys", now+".keys", "--to", to, "--journal", today)
	if _, errOut, code := (bank{t, t.TempDir()}).tries("restore", "--from", dir, "--keys", keys, "--to", to, "--journal", today); code != 3 || !strings.Contains(errOut, "1 erasures since") {
		t.Errorf("outside of the project: exit %d, %s", code, errOut)
	}
	for _, left := range []string{to, to + ".restoring"} {
		if _, err := os.Stat(left); err == nil {
			t.Errorf("%s is left", left)
		}
	}
	r := b.copied(t)
	if err := os.RemoveAll(r.path("data")); err != nil {
		t.Fatal(err)
	}
	said, _ := r.does(0, "restore", "--from", dir, "--keys", keys, "--to", r.path("data"), "--journal", today)
	if !strings.Contains(said, "erased again, as the journal has it: 1 person") {
		t.Errorf("said\n%s", said)
	}
	if got := betrayals(r.everything()); len(got) > 0 {
		t.Fatalf("after the restore the canary is in\n%s", strings.Join(got, "\n"))
	}
	if got := r.others(); got != others {
		t.Errorf("others changed:\n%s\nbefore:\n%s", got, others)
	}
	// The disk is lost once more: the journal ends the one request twice by now.
	twice, folder := r.path("data/journal/journal.cbj"), t.TempDir()
	for from, again := range map[string]bool{dir: true, now: false} {
		said, _ := r.does(0, "restore", "--from", from, "--keys", map[bool]string{true: keys, false: now + ".keys"}[again], "--to", filepath.Join(folder, filepath.Base(from)), "--journal", twice)
		if strings.Contains(said, "erased again, as the journal has it: 1 person") != again {
			t.Errorf("restored from %s:\n%s", filepath.Base(from), said)
		}
	}
	r.stays(t, 1, others)
}

// Backups that are taken while runs publish come back whole, each as one state.
func TestBackupDuringRuns(t *testing.T) {
	b, _, _ := backedBank(t)
	taken := 0
	b.write("in/clients_2026-03-02.csv", fourClients+numbered(100, 300))
	c := b.process("run")
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- c.Wait() }()
	for going := true; going; {
		dir, keys := filepath.Join(t.TempDir(), "b"), filepath.Join(t.TempDir(), "k")
		if _, errOut, code := b.tries("backup", "--to", dir, "--keys-to", keys); code == 2 {
			continue // published at this moment
		} else if code != 0 {
			t.Fatalf("exit %d: %s", code, errOut)
		}
		select {
		case err := <-ended:
			if going = false; err != nil {
				t.Fatal(err)
			}
		default:
		}
		if taken++; taken > 3 && going {
			continue
		}
		if _, err := lookAt(b.restored(t, dir, keys)); err != nil {
			t.Error(err)
		}
	}
	t.Logf("%d backups during a run", taken)
}
