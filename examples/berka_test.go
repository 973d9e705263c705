package examples_test

import (
	"bufio"
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"clientbase/internal/config"
)

// tables finds the bank tables beside the project, or skips.
func tables(t *testing.T) string {
	t.Helper()
	dir, err := filepath.Abs("../../shared/data/bank/berka")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(filepath.Join(dir, "client.asc")); err != nil {
		t.Skip("SKIP: the bank tables (../shared/data/bank/berka) are absent")
	}
	return dir
}

// The contract of every stream that is read from a file names the file's
// columns, all of them and in their order.
func TestBerkaContractsFitTheTables(t *testing.T) {
	t.Setenv("BERKA_DIR", tables(t))
	p, faults, err := config.Load("berka")
	if err != nil || len(faults) > 0 {
		t.Fatal(err, faults)
	}
	checked := 0
	for _, s := range p.Streams() {
		var from struct{ Path string }
		if err := s.From.Decode(&from); err != nil {
			t.Fatal(err)
		}
		if from.Path == "" {
			continue
		}
		f, err := os.Open(from.Path)
		if err != nil {
			t.Fatal(err)
		}
		head, err := bufio.NewReader(f).ReadString('\n')
		if err := f.Close(); err != nil {
			t.Fatal(err)
		}
		if err != nil {
			t.Fatal(err)
		}
		want := strings.Split(strings.ReplaceAll(strings.TrimSpace(head), `"`, ""), ";")
		var got []string
		for _, c := range s.Columns {
			got = append(got, c.Name)
		}
		if !slices.Equal(got, want) {
			t.Errorf("%s declares %v, the table has %v", s.ID(), got, want)
		}
		checked++
	}
	if checked != 5 {
		t.Errorf("%d tables checked, want 5", checked)
	}
}

// The command that joins cards to accounts gives every card, with every column
// that its stream declares.
func TestBerkaCardsCommand(t *testing.T) {
	t.Setenv("BERKA_DIR", tables(t))
	if _, err := exec.LookPath("awk"); err != nil {
		t.Skip("SKIP: no awk")
	}
	p, _, err := config.Load("berka")
	if err != nil {
		t.Fatal(err)
	}
	s, ok := p.Stream("berka_cards/cards")
	if !ok {
		t.Fatal("no stream berka_cards/cards")
	}
	var from struct{ Run []string }
	if err := s.From.Decode(&from); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(from.Run[0], from.Run[1:]...)
	cmd.Dir = "berka"
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	rows := bytes.Split(bytes.TrimSpace(out), []byte("\n"))
	if len(rows) != 892 {
		t.Errorf("%d cards, want 892", len(rows))
	}
	for i, row := range rows {
		var m map[string]string
		if err := json.Unmarshal(row, &m); err != nil {
			t.Fatalf("line %d is no JSON object", i+1)
		}
		for _, c := range s.Columns {
			if m[c.Name] == "" {
				t.Fatalf("line %d has no %s", i+1, c.Name)
			}
		}
	}
}
