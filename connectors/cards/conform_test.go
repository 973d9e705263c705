package cards

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"clientbase/connectors"
	"clientbase/connectors/connectortest"
	"clientbase/internal/errs"
	"clientbase/schemas"
)

func TestClearingConforms(t *testing.T) {
	dir := t.TempDir()
	plant := func(b []byte) []byte {
		return bytes.ReplaceAll(b, []byte("5100000000000016"), []byte(connectortest.Canary))
	}
	write := func(dir, name string, b []byte) {
		t.Helper()
		if err := os.WriteFile(filepath.Join(dir, name), b, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	const n = 9000 // more than one batch
	bad := clearing(n)
	i := bytes.LastIndex(bad, []byte("5100000000000016000000")) // the last purchase gets an amount of letters
	copy(bad[i+22:], "ABCDEFGHIJKL")
	file := plant(bad)
	write(dir, "c_20260130.ipm", file)
	masked := bytes.ReplaceAll(file, []byte(connectortest.Canary), []byte("401288******1881"))
	token := connectortest.CardKey().Token(schemas.RefCard, connectortest.Canary).String()
	var rows []connectortest.Row
	row := func(i int) connectortest.Row {
		return connectortest.Row{"mti": "1240", "pan": "401288******1881", "pan#token": token, "amount": fmt.Sprintf("%012d", i), "function_code": "200",
			"merchant_name": "∅", "file_id": "0022601310000001234500001"}
	}
	for i := range n - 1 {
		rows = append(rows, row(i))
	}
	open := func(dir string) func(t *testing.T) connectors.Source {
		return func(t *testing.T) connectors.Source {
			src, err := Family().Open(connectors.Env{Dir: dir, Card: connectortest.CardKey()}, node(t, "{path: \"c_*.ipm\", format: ipm}"),
				stream(schemas.Column{Name: "pan", PAN: true}))
			if err != nil {
				t.Fatal(err)
			}
			return src
		}
	}
	cut := t.TempDir()
	write(cut, "c_20260130.ipm", file[:len(file)*2/3])
	connectortest.Run(t, connectortest.Harness{
		Open: open(dir), Rows: rows, Ordered: true, Bad: []string{"bad_number"}, Files: [][]byte{masked}, Encoded: true,
		Add:    func(*testing.T) { write(dir, "c_20260131.ipm", plant(clearing(2))) },
		New:    []connectortest.Row{row(0), row(1)},
		Broken: open(cut), Kind: errs.Integrity,
	})
}
