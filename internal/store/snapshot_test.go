package store

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"clientbase/internal/errs"
	"clientbase/internal/opaque"
)

func TestTamperingIsNamed(t *testing.T) {
	flip := func(path string) {
		b, err := os.ReadFile(path)
		must(t, err)
		b[len(b)/2] ^= 1
		must(t, os.WriteFile(path, b, 0o600))
	}
	open := func(d Dirs) error {
		sn, err := Open(d)
		if err != nil {
			return err
		}
		defer func() { _ = sn.Close() }()
		return sn.Verify()
	}
	for name, c := range map[string]struct {
		do   func(d Dirs, dir string)
		want string
	}{
		"a database byte":  {func(_ Dirs, dir string) { flip(filepath.Join(dir, clientName)) }, "its bytes differ"},
		"a fact byte":      {func(_ Dirs, dir string) { flip(filepath.Join(dir, "facts-transaction-core.tx-2024-01.duckdb")) }, "its bytes differ"},
		"the manifest":     {func(_ Dirs, dir string) { flip(filepath.Join(dir, manifestName)) }, "manifest.json"},
		"a file too many":  {func(_ Dirs, dir string) { must(t, os.WriteFile(filepath.Join(dir, "extra"), nil, 0o600)) }, "does not know this file"},
		"a file cut short": {func(_ Dirs, dir string) { must(t, os.Truncate(filepath.Join(dir, clientName), 4096)) }, "another size"},
		"a file missing":   {func(_ Dirs, dir string) { must(t, os.Remove(filepath.Join(dir, clientName))) }, "missing"},
		"the pointer":      {func(d Dirs, _ string) { flip(d.current()) }, "CURRENT"},
		"an empty pointer": {func(d Dirs, _ string) { must(t, os.WriteFile(d.current(), nil, 0o600)) }, "not one line"},
		"another's key": {func(d Dirs, dir string) {
			must(t, writeCurrent(Dirs{Data: d.Data, Key: opaque.NewKey(make([]byte, 32))}, filepath.Base(dir), noLeaf))
		}, "signature"},
		"another snapshot": {func(d Dirs, dir string) {
			must(t, os.Rename(dir, d.snapshot("000001-000000000000")))
			must(t, writeCurrent(d, "000001-000000000000", noLeaf))
		}, "does not fit"},
		"the lease removed": {func(_ Dirs, dir string) { must(t, os.Remove(filepath.Join(dir, leaseName))) }, "lease"},
	} {
		d, sn := published(t)
		must(t, open(d))
		c.do(d, sn.dir)
		err := open(d)
		if err == nil || !strings.Contains(err.Error(), c.want) || errs.Exit(err) != 3 {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestCollectSparesLeasesAndCurrent(t *testing.T) {
	ctx := context.Background()
	d, one := published(t)
	for _, run := range []string{"run2", "run3", "run4"} {
		prev := open(t, d)
		s := begin(t, d, run, prev)
		_, err := s.Publish(ctx, testManifest(run))
		must(t, err)
		must(t, prev.Close())
	}
	gone, err := Collect(d, 1)
	must(t, err)
	if len(gone) != 2 {
		t.Errorf("removed %v", gone)
	}
	if got := table(t, one, "SELECT count(*) FROM transactions"); got[0][0] != "5" {
		t.Error(got)
	}
	must(t, one.Close())
	if gone, err = Collect(d, 1); err != nil || len(gone) != 1 || gone[0] != one.info.ID {
		t.Errorf("removed %v, %v", gone, err)
	}
	_, err = OpenAt(d, one.info.ID)
	wantKind(t, err, errs.Input)
	now := open(t, d)
	if now.info.Manifest.Seq != 4 {
		t.Errorf("current is %s", now.info.ID)
	}
	_, err = now.Reader(ctx)
	must(t, err)
	must(t, now.Close())
	_, err = now.Reader(ctx)
	wantKind(t, err, errs.Bug)
}

func TestReaderTakesParameters(t *testing.T) {
	ctx := context.Background()
	_, sn := published(t)
	r, err := sn.Reader(ctx)
	must(t, err)
	rows, err := r.Query(ctx, "SELECT client_no FROM client.main.refs WHERE token = ?::UUID", tok("record", "2").String())
	must(t, err)
	var no int
	if !rows.Next() || rows.Scan(&no) != nil || no != 2 {
		t.Errorf("client %d", no)
	}
	must(t, rows.Close())
	for _, q := range []string{"DELETE FROM client.main.refs", "INSERT INTO client.main.retired_ids VALUES ('x', 'y')", "SELECT display_name::INT FROM clients"} {
		rows, err := r.Query(ctx, q)
		if err == nil {
			for rows.Next() {
			}
			err = rows.Err()
			_ = rows.Close()
		}
		if err == nil || strings.Contains(err.Error(), "Тестов") {
			t.Errorf("%s: %v", q, err)
		}
	}
	must(t, sn.Verify())
}

func TestFactFileNames(t *testing.T) {
	seen := map[string]string{}
	for _, s := range []string{"core/tx", "core.tx", "core/t.x", "core/t=2ex", "ядро/tx", "core/tx-2024", "core_tx"} {
		n := factFileName("transaction", s, "2024-01")
		if was, ok := seen[n]; ok || strings.ContainsAny(n, "/ '") {
			t.Errorf("%q and %q are both %q", s, was, n)
		}
		seen[n] = s
	}
}
