package outbound

import (
	"bytes"
	"context"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"clientbase/internal/errs"
	"clientbase/internal/journal"
	"clientbase/internal/landing"
	"clientbase/internal/opaque"
	"clientbase/internal/segment"

	"clientbase/internal/sheet"
)

// answers is a table clients of (client_no, name, city) for every question.
type answers struct{ n, at int }

func (a *answers) Query(context.Context, string, ...any) (segment.Rows, error) {
	return &answers{n: a.n, at: -1}, nil
}
func (a *answers) Next() bool { a.at++; return a.at < a.n }
func (a *answers) Scan(dest ...any) error {
	*dest[0].(*int32) = int32(a.at)
	for i, d := range dest[1:] {
		*d.(*string) = fmt.Sprintf("=value%d of %d", i, a.at)
	}
	return nil
}
func (a *answers) Err() error   { return nil }
func (a *answers) Close() error { return nil }

// office is a door over a small world with a real journal and real keys.
type office struct {
	*Door
	t *testing.T
	w *world
}

func newOffice(t *testing.T, w *world) *office {
	t.Helper()
	data := t.TempDir()
	keys, err := landing.OpenKeys(filepath.Join(data, "keys"))
	if err != nil {
		t.Fatal(err)
	}
	o := &office{t: t, w: w}
	o.Door = &Door{Data: data, Key: keys.Project(), Snapshot: "000001-abc", Base: w, Query: &answers{n: 20}, Journal: journal.Open(data, keys.Project()), Vault: keys,
		ClientID: func(no int32) string { return fmt.Sprintf("client-%d", no) },
		ClientNo: func(id string) (int32, bool) {
			n, err := strconv.Atoi(strings.TrimPrefix(id, "client-"))
			return int32(n), err == nil
		},
		Consents: func(context.Context) ([]Row, int64, error) {
			pos, err := o.Journal.Position()
			return o.w.rows, pos, err
		},
		National: func(s string) string { return s }}
	return o
}

// says enters an act of a person and what it means.
func (o *office) says(r Row) {
	o.t.Helper()
	o.w.rows = append(o.w.rows, r)
	if _, err := o.Journal.Append(context.Background(), journal.Entry{Kind: journal.KindConsent, Subject: "x"}); err != nil {
		o.t.Fatal(err)
	}
}

func (o *office) order(out string) Order {
	now := time.Date(2026, 10, 15, 9, 0, 0, 0, time.UTC)
	return Order{Segment: &segment.Segment{ID: "deposits", Version: 3, Purpose: "marketing.deposits"}, Matched: o.w.clients(), Channel: Phone, Out: filepath.Join(o.Data, out),
		AsOf: "2026-10-15", Today: "2026-10-15", Now: now, Actor: journal.Actor{User: "anna", Role: "marketer"},
		Profile: Profile{ID: "dialler", Format: "csv", Encoding: "utf-8", Separator: ';', Header: true, Phone: "e164", Channels: Channels(), Expires: 30, MaxHolders: 1,
			Columns: []Column{{"ID", ContactID}, {"PHONE", Contact}, {"NAME", "given_name"}, {"CITY", "city"}}}}
}

func threePeople() *world {
	w := bank([]int32{0, 1, 2, 3}, []Point{phone(0)}, []Point{phone(1)}, []Point{phone(2)}, []Point{phone(3)})
	for i := range w.recs {
		w.recs[i].now[0].Value = opaque.Of(fmt.Sprintf("+7916555000%d", i))
	}
	w.rows = []Row{agreed(0), agreed(1), agreed(2)}
	return w
}

func rowsOf(t *testing.T, path string) [][]string {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	r := csv.NewReader(bytes.NewReader(text))
	r.Comma = ';'
	all, err := r.ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func TestAListLeavesRecordedAndSealed(t *testing.T) {
	o := newOffice(t, threePeople())
	got, err := o.Export(context.Background(), o.order("a.csv"))
	if err != nil {
		t.Fatal(err)
	}
	rows := rowsOf(t, got.File)
	if got.Rows != 3 || len(rows) != 4 || rows[0][1] != "PHONE" || got.Expires != "2026-11-14" || got.Waterfall.Matched != 4 || got.Waterfall.Steps[1].Removed != 1 {
		t.Fatalf("%+v %v", got, rows)
	}
	for _, r := range rows[1:] {
		if len(r[0]) != 32 || strings.Contains(r[0], "client") || !strings.HasPrefix(r[1], "+7916555000") || !strings.HasPrefix(r[2], "=value0 of ") {
			t.Errorf("%q", r)
		}
	}
	all, err := Exports(o.Journal)
	if err != nil || len(all) != 1 || all[0].List != got.List || all[0].SHA256 != got.SHA256 || all[0].Expires != got.Expires || all[0].Purpose != "marketing.deposits" ||
		all[0].Waterfall["sendable"] != 3 || all[0].Actor.User != "anna" {
		t.Fatalf("%+v %v", all, err)
	}
	head, kept, err := o.lists().load(got.List)
	if err != nil || len(kept) != 3 || head.MaxHolders != 1 {
		t.Fatal(head, kept, err)
	}
	// Another list names the same people differently.
	again, err := o.Export(context.Background(), o.order("b.csv"))
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range rowsOf(t, again.File)[1:] {
		for _, s := range rows[1:] {
			if r[0] == s[0] {
				t.Error("two lists can be joined by contact id")
			}
		}
	}
	// Nothing clear stands anywhere but in the lists.
	err = filepath.WalkDir(o.Data, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || strings.HasSuffix(path, ".csv") {
			return err
		}
		text, err := os.ReadFile(path)
		if bytes.Contains(text, []byte("9165550")) || bytes.Contains(text, []byte("client-")) {
			t.Errorf("%s holds a contact point or an id in clear", path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if left, _ := filepath.Glob(filepath.Join(o.Data, "tmp", "*")); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
	if info, err := os.Stat(got.File); err != nil || info.Mode().Perm() != 0o600 {
		t.Error("others may read the list:", err)
	}
}

func TestAnObjectionRemovesThePersonFromTheNextListAndRecallsTheFirst(t *testing.T) {
	o := newOffice(t, threePeople())
	first, err := o.Export(context.Background(), o.order("a.csv"))
	if err != nil {
		t.Fatal(err)
	}
	if r, err := o.Recall(context.Background(), first.List, "2026-10-16"); err != nil || r.Drops != 0 {
		t.Fatalf("%+v %v", r, err)
	}
	o.says(refused(1))
	second, err := o.Export(context.Background(), o.order("b.csv"))
	if err != nil || second.Rows != 2 || second.Waterfall.Steps[0].Removed != 1 {
		t.Fatalf("%+v %v", second, err)
	}
	for _, r := range rowsOf(t, second.File)[1:] {
		if r[1] == "+79165550001" {
			t.Error("the person who objected is on the next list")
		}
	}
	r, err := o.Recall(context.Background(), first.List[:9], "2026-10-16")
	if err != nil || r.Drops != 1 || r.ByReason["objection"] != 1 {
		t.Fatalf("%+v %v", r, err)
	}
	found, missing, err := o.ListsOf(1)
	if err != nil || len(found) != 1 || len(missing) != 0 || found[0].List != first.List || found[0].Contact != r.Dropped[0].Contact {
		t.Fatalf("%+v %v %v", found, missing, err)
	}
	// Merged with the one who objected: the other one's row is recalled too, and the auditor finds both.
	o.w.recs[2].client = 1
	if r, err = o.Recall(context.Background(), first.List, "2026-10-16"); err != nil || r.Drops != 2 {
		t.Fatalf("%+v %v", r, err)
	}
	if found, _, _ = o.ListsOf(1); len(found) != 3 {
		t.Errorf("%+v", found)
	}
	// After its last day the whole list is void.
	if r, err = o.Recall(context.Background(), first.List, first.Expires); err != nil || r.Drops != 3 || r.ByReason[Expired] != 1 {
		t.Fatalf("%+v %v", r, err)
	}
	// Rows whose key was destroyed are told, not taken for a no.
	if err := os.Remove(filepath.Join(o.Data, "keys", "files", first.List+".key")); err != nil {
		t.Fatal(err)
	}
	if _, missing, err = o.ListsOf(1); err != nil || len(missing) != 1 {
		t.Error(missing, err)
	}
	if _, err = o.Recall(context.Background(), first.List, "2026-10-16"); errs.Exit(err) != 3 {
		t.Error(err)
	}
}

// An objection that comes in while the list is made makes it void: no file.
func TestAnObjectionWhileTheListIsMadeVoidsIt(t *testing.T) {
	o := newOffice(t, threePeople())
	read := o.Door.Consents
	o.Door.Consents = func(ctx context.Context) ([]Row, int64, error) {
		rows, pos, err := read(ctx)
		rows = append([]Row{}, rows...)
		o.says(refused(1))
		return rows, pos, err
	}
	got, err := o.Export(context.Background(), o.order("a.csv"))
	if errs.Exit(err) != 2 || got != nil || exists(filepath.Join(o.Data, "a.csv")) {
		t.Fatal(got, err)
	}
}

// Without a record there is no list.
func TestAListThatCannotBeRecordedDoesNotLeave(t *testing.T) {
	for name, spoil := range map[string]func(o *office){
		"the journal is damaged": func(o *office) {
			if err := os.MkdirAll(o.Journal.Dir(), 0o700); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(filepath.Join(o.Journal.Dir(), "journal.cbj"), []byte("nonsense"), 0o600); err != nil {
				t.Fatal(err)
			}
			o.Door.Consents = func(context.Context) ([]Row, int64, error) { return o.w.rows, 0, nil }
		},
		"the rows cannot be kept": func(o *office) {
			if err := os.MkdirAll(o.Journal.Dir(), 0o700); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(filepath.Join(o.Journal.Dir(), "lists"), nil, 0o600); err != nil {
				t.Fatal(err)
			}
		},
	} {
		o := newOffice(t, threePeople())
		spoil(o)
		if _, err := o.Export(context.Background(), o.order("a.csv")); err == nil || exists(filepath.Join(o.Data, "a.csv")) {
			t.Errorf("%s, and the list left: %v", name, err)
		}
		if left, _ := filepath.Glob(filepath.Join(o.Data, "tmp", "*")); len(left) > 0 {
			t.Errorf("%s: left behind: %v", name, left)
		}
	}
}

func TestOrdersThatAreRefused(t *testing.T) {
	o := newOffice(t, threePeople())
	if err := os.WriteFile(filepath.Join(o.Data, "there.csv"), []byte("x"), 0o600); err != nil {
		t.Fatal(err)
	}
	for name, change := range map[string]func(*Order){
		"an auditor":       func(x *Order) { x.Actor.Role = "auditor" },
		"another channel":  func(x *Order) { x.Profile.Channels = []string{Email} },
		"no channel":       func(x *Order) { x.Channel = "fax" },
		"a file there":     func(x *Order) { x.Out = filepath.Join(o.Data, "there.csv") },
		"standard output":  func(x *Order) { x.Out = "-" },
		"no file":          func(x *Order) { x.Out = "" },
		"a day that isn't": func(x *Order) { x.AsOf = "today" },
		"no folder":        func(x *Order) { x.Out = filepath.Join(o.Data, "absent", "a.csv") },
	} {
		x := o.order("a.csv")
		change(&x)
		if _, err := o.Export(context.Background(), x); err == nil {
			t.Errorf("%s is served", name)
		}
	}
	x := o.order("none.csv")
	x.Segment.Purpose = "service"
	got, err := o.Export(context.Background(), x)
	if err != nil || got.List != "" || got.Rows != 0 || exists(x.Out) || got.Waterfall.Sendable != 0 {
		t.Errorf("nobody is sendable, and yet: %+v %v", got, err)
	}
}

func TestAListForPeopleSaysHowItIsEscaped(t *testing.T) {
	o := newOffice(t, threePeople())
	x := o.order("p.csv")
	x.Profile.Human = true
	got, err := o.Export(context.Background(), x)
	if err != nil {
		t.Fatal(err)
	}
	if r := rowsOf(t, got.File)[1]; !strings.HasPrefix(r[1], "'+7") || !strings.HasPrefix(r[2], "'=") {
		t.Errorf("%q", r)
	}
	text, err := os.ReadFile(got.Sidecar)
	var about sidecar
	if err != nil || json.Unmarshal(text, &about) != nil || about.List != got.List || about.Rows != 3 || about.Escape != sheet.Words || about.SHA256 != got.SHA256 {
		t.Errorf("%s %v", text, err)
	}
}

func TestWhyTellsTheGateOrEveryChannel(t *testing.T) {
	o := newOffice(t, threePeople())
	o.says(refused(1))
	s := &segment.Segment{ID: "deposits", Purpose: "marketing.deposits"}
	day, _ := segment.ParseDay("2026-10-15")
	one, err := NewWhyGates(context.Background(), o.Door, Phone, "2026-10-15")
	if err != nil {
		t.Fatal(err)
	}
	tell := func(w *WhyGates, id string) string {
		list, err := w.Judge(context.Background(), s, id, day)
		if err != nil {
			t.Fatal(err)
		}
		var out []string
		for _, g := range list {
			out = append(out, fmt.Sprintf("%s %t", g.Name, g.Passed))
		}
		return strings.Join(out, ", ")
	}
	if got := tell(one, "client-0"); got != "objection true, no_consent true, no_point true, point_objection true, bad_point true, shared_point true" {
		t.Error(got)
	}
	if got := tell(one, "client-1"); got != "objection false" {
		t.Error(got)
	}
	if got := tell(one, "client-3"); got != "objection true, no_consent false" {
		t.Error(got)
	}
	all, err := NewWhyGates(context.Background(), o.Door, "", "2026-10-15")
	if err != nil {
		t.Fatal(err)
	}
	if got := tell(all, "client-0"); got != "phone true, sms true, email false" {
		t.Error(got)
	}
	if _, err := one.Judge(context.Background(), s, "nobody", day); errs.Exit(err) != 1 {
		t.Error(err)
	}
}
