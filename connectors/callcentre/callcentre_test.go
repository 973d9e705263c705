package callcentre

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"

	"clientbase/connectors"
	"clientbase/connectors/connectortest"
	"clientbase/internal/errs"
	"clientbase/schemas"
)

func open(t testing.TB, dir, from string) connectors.Source {
	t.Helper()
	var n yaml.Node
	if err := yaml.Unmarshal([]byte(from), &n); err != nil {
		t.Fatal(err)
	}
	src, err := Family().Open(connectors.Env{Dir: dir, Card: connectortest.CardKey()}, n.Content[0], &schemas.Stream{Source: "cc", Name: "calls"})
	if err != nil {
		t.Fatal(err)
	}
	return src
}

func write(t testing.TB, dir, name, text string) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

func cdr(i int, tail string) string {
	return fmt.Sprintf(`"","7916%07d","100","in","""Иванов И"" <7916%07d>","SIP/a","","Dial","%s","2026-01-31 10:00:00","","2026-01-31 10:00:09",9,5,"ANSWERED","DOCUMENTATION"%s`+"\n", i, i, connectortest.CanarySpaced, tail)
}

func TestCallRecordsConform(t *testing.T) {
	dir := t.TempDir()
	var one, two strings.Builder
	var rows []connectortest.Row
	row := func(i int) connectortest.Row {
		return connectortest.Row{"src": fmt.Sprintf("7916%07d", i), "clid_name": "Иванов И", "clid_number": fmt.Sprintf("7916%07d", i), "answer": "", "duration": "9", "accountcode": "",
			"lastdata": "4012 88** **** 1881"}
	}
	for i := range 9000 {
		one.WriteString(cdr(i, fmt.Sprintf(`,"%d.0",""`, i)))
		r := row(i)
		r["uniqueid"] = fmt.Sprintf("%d.0", i)
		rows = append(rows, r)
	}
	for i := range 5 {
		two.WriteString(cdr(i, ""))
		rows = append(rows, row(i))
	}
	two.WriteString(`"","7916` + "\n")
	write(t, dir, "Master_2026-01-30.csv", one.String())
	write(t, dir, "Master_2026-01-31.csv", two.String())
	mask := strings.NewReplacer(connectortest.CanarySpaced, "4012 88** **** 1881")
	connectortest.Run(t, connectortest.Harness{
		Open: func(t *testing.T) connectors.Source {
			return open(t, dir, `{path: "Master_*.csv", format: asterisk_cdr}`)
		},
		Rows: rows, Ordered: true, Bad: []string{"unterminated_quote"}, Files: [][]byte{[]byte(mask.Replace(one.String())), []byte(mask.Replace(two.String()))},
	})
}

func TestNotesConform(t *testing.T) {
	dir := t.TempDir()
	text := `{"call_id":"1","note":"просит не звонить, карта ` + connectortest.Canary + `"}` + "\n{\n" + `{"call_id":"2","note":null}` + "\n"
	write(t, dir, "notes.ndjson", text)
	connectortest.Run(t, connectortest.Harness{
		Open: func(t *testing.T) connectors.Source { return open(t, dir, `{path: notes.ndjson, format: ndjson}`) },
		Rows: []connectortest.Row{{"call_id": "1", "note": "просит не звонить, карта 401288******1881"}, {"call_id": "2", "note": "∅"}}, Ordered: true,
		Bad: []string{"bad_json"}, Files: [][]byte{[]byte(strings.ReplaceAll(text, connectortest.Canary, "401288******1881"))},
	})
}

func TestAsteriskSamples(t *testing.T) {
	dir, err := filepath.Abs("../../../shared/data/formats/asterisk")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(dir); err != nil {
		t.Skip("reference data absent: ../shared/data/formats/asterisk")
	}
	good, err := connectortest.Read(t, t.Context(), open(t, dir, `{path: cdr_good.csv, format: asterisk_cdr}`), nil)
	if err != nil || len(good.Rows) != 5 || good.Rows[0]["disposition"] != "ANSWERED" || good.Rows[1]["billsec"] != "7" || good.Rows[0]["clid_name"] != "Test User" || good.Rows[0]["clid_number"] != "test" {
		t.Errorf("cdr_good: %d rows, %v", len(good.Rows), err)
	}
	master, err := connectortest.Read(t, t.Context(), open(t, dir, `{path: cdr_master.csv, format: asterisk_cdr}`), nil)
	if err != nil || len(master.Rows) != 2 || len(master.Bad) != 0 {
		t.Errorf("cdr_master: %d rows, %v", len(master.Rows), err)
	}
	_, err = connectortest.Read(t, t.Context(), open(t, dir, `{path: cdr_buggy.csv, format: asterisk_cdr}`), nil)
	if e, ok := errs.Of(err); !ok || e.Kind != errs.Input || !strings.Contains(err.Error(), "line 1 (byte 0)") || !strings.Contains(err.Error(), "unterminated_quote") {
		t.Errorf("cdr_buggy must be refused with its position: %v", err)
	}
}

func TestCheck(t *testing.T) {
	var n yaml.Node
	if err := yaml.Unmarshal([]byte(`{path: a, format: asterix_cdr}`), &n); err != nil {
		t.Fatal(err)
	}
	if f := Family().Check(n.Content[0], &schemas.Stream{}); len(f) != 1 || f[0].Hint != "did you mean asterisk_cdr?" {
		t.Errorf("%+v", f)
	}
}
