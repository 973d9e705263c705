package command

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"
	"go.yaml.in/yaml/v3"

	"clientbase/connectors"
	"clientbase/connectors/connectortest"
	"clientbase/internal/errs"
	"clientbase/internal/opaque"
	"clientbase/schemas"
)

func open(t testing.TB, dir, from string) connectors.Source {
	t.Helper()
	var n yaml.Node
	if err := yaml.Unmarshal([]byte(from), &n); err != nil {
		t.Fatal(err)
	}
	env := connectors.Env{Dir: dir, Card: connectortest.CardKey(), Secret: func(name string) (opaque.Value, error) { return opaque.Of("secret of " + name), nil }}
	s := &schemas.Stream{Source: "crm", Name: "people", Columns: []schemas.Column{{Name: "pan", PAN: true}}}
	src, err := Family().Open(env, n.Content[0], s)
	if err != nil {
		t.Fatal(err)
	}
	return src
}

func script(t testing.TB, dir, name, body string) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(dir, name), []byte("#!/bin/sh\n"+body), 0o700); err != nil {
		t.Fatal(err)
	}
}

func TestCommandConforms(t *testing.T) {
	dir := t.TempDir()
	script(t, dir, "ok", `i=0; while [ $i -lt 9000 ]; do echo "{\"id\": $i, \"pan\": \"`+connectortest.Canary+`\", \"text\": \"x `+connectortest.CanarySpaced+`\"}"; i=$((i+1)); done
echo "not json `+connectortest.Canary+`"; echo noise >&2`)
	script(t, dir, "broken", `echo '{"id": 1}'; echo "`+connectortest.Canary+`" >&2; exit 3`)
	var rows []connectortest.Row
	token := connectortest.CardKey().Token(schemas.RefCard, connectortest.Canary).String()
	for i := range 9000 {
		rows = append(rows, connectortest.Row{"id": fmt.Sprint(i), "pan": "401288******1881", "pan#token": token, "text": "x 4012 88** **** 1881"})
	}
	connectortest.Run(t, connectortest.Harness{
		Open: func(t *testing.T) connectors.Source { return open(t, dir, `{run: ["./ok"]}`) },
		Rows: rows, Ordered: true, Bad: []string{"bad_json"}, Again: true,
		Broken: func(t *testing.T) connectors.Source { return open(t, dir, `{run: ["./broken"]}`) }, Kind: errs.Input,
	})
}

func TestExitCodeIsTold(t *testing.T) {
	dir := t.TempDir()
	script(t, dir, "x", `echo '{"id": 1}'; echo one >&2; echo two >&2; exit 3`)
	_, err := connectortest.Read(t, context.Background(), open(t, dir, `{run: ["./x"]}`), nil)
	if err == nil || !strings.Contains(err.Error(), "exit code 3 after 1 lines (2 lines on its standard error") || strings.Contains(err.Error(), "two ") {
		t.Errorf("%v", err)
	}
	_, err = open(t, dir, `{run: ["./none"]}`).Plan(context.Background(), nil)
	if errs.Exit(err) != 1 {
		t.Errorf("a missing program: %v", err)
	}
}

func TestCancelKillsTheProgramAndItsChildren(t *testing.T) {
	leak := goleak.IgnoreCurrent()
	dir := t.TempDir()
	script(t, dir, "slow", `echo '{"id": 1}'; sleep 60 & echo $! > child; sleep 60`)
	src := open(t, dir, `{run: ["./slow"]}`)
	slices, err := src.Plan(context.Background(), nil)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	time.AfterFunc(300*time.Millisecond, cancel)
	began := time.Now()
	_, err = slices[0].Next(ctx)
	if e, ok := errs.Of(err); !ok || e.Kind != errs.Interrupted || !errors.Is(err, context.Canceled) {
		t.Errorf("%v", err)
	}
	if time.Since(began) > 4*time.Second {
		t.Error("the program held the cancellation up")
	}
	_ = slices[0].Close()
	pid, err := os.ReadFile(filepath.Join(dir, "child"))
	if err != nil {
		t.Fatal(err)
	}
	for range 40 {
		state, err := os.ReadFile("/proc/" + strings.TrimSpace(string(pid)) + "/stat")
		if err != nil || strings.Contains(string(state), ") Z ") {
			pid = nil
			break
		}
		time.Sleep(50 * time.Millisecond)
	}
	if pid != nil {
		t.Error("a child of the program is left")
	}
	if err := goleak.Find(leak); err != nil {
		t.Error(err)
	}
}

func TestEnvironment(t *testing.T) {
	dir := t.TempDir()
	t.Setenv("CLIENTBASE_UNRELATED", "must not be seen")
	script(t, dir, "env", `echo "{\"token\": \"$CRM_TOKEN\", \"other\": \"$CLIENTBASE_UNRELATED\", \"dir\": \"$(pwd)\", \"arg\": \"$1\"}"`)
	r, err := connectortest.Read(t, context.Background(), open(t, dir, `{run: ["./env", "--x"], env_secrets: [CRM_TOKEN]}`), nil)
	if err != nil || len(r.Rows) != 1 || r.Rows[0]["token"] != "secret of CRM_TOKEN" || r.Rows[0]["other"] != "" || r.Rows[0]["arg"] != "--x" {
		t.Errorf("%v %v", r.Rows, err)
	}
}

func TestCheck(t *testing.T) {
	var n yaml.Node
	if err := yaml.Unmarshal([]byte(`{rum: [x], env_secrets: ["a b"]}`), &n); err != nil {
		t.Fatal(err)
	}
	if f := Family().Check(n.Content[0], &schemas.Stream{}); len(f) != 3 || f[0].Hint != "did you mean run?" {
		t.Errorf("%+v", f)
	}
}
