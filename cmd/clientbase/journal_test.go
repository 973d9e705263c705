package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"clientbase/internal/journal"
	"clientbase/internal/landing"
	"clientbase/internal/pipeline"
	"clientbase/internal/store"
)

// leadsBank is a bank whose web forms can be made to be about anybody: what
// form i says decides which client it joins.
type leadsBank struct {
	bank
	day   int
	about []int // form → person
}

const leadsYAML = `source: leads
kind: corebank
title: {ru: "Заявки", en: "Leads"}
streams:
  forms:
    from: {path: "in/forms_*.csv", format: delimited, delimiter: ";", header: true}
    mode: full
    key: [NO]
    order: {as_of: name}
    columns:
      NO: {required: true}
      NAME: text
      BIRTH: {type: date, format: dmy}
      PHONE: text
    party:
      kind: person
      map: {full_name: NAME, birth_date: BIRTH, phone: PHONE}
`

// somebody gives the name, birth date and phone of a made-up person.
func somebody(i int) string {
	names := []string{"Лебедева Алла Юрьевна", "Зимин Борис Ильич", "Рогова Вера Павловна", "Титова Галина Олеговна", "Устинов Дмитрий Львович", "Фомина Евгения Марковна",
		"Хохлов Игнат Петрович", "Цветаева Кира Ивановна", "Чернов Лев Андреевич", "Шубина Майя Романовна", "Юрьев Нил Фомич", "Дроздова Инна Семёновна", "Ветров Олег Кузьмич"}
	return fmt.Sprintf("%s;%02d.0%d.19%02d;+7 916 200-%02d-%02d", names[i], 1+i, 1+i%9, 60+i, 10+i, 31+i)
}

const corePeople, somePeople = 10, 13

func newLeadsBank(t testing.TB) *leadsBank {
	b := &leadsBank{bank: newBank(t), day: 2, about: []int{0, 2, 4, 6, 10, 11}}
	if err := os.Remove(b.path("in/clients_2026-03-01.csv")); err != nil {
		t.Fatal(err)
	}
	b.write("sources/leads.yaml", leadsYAML)
	core := "ID;NAME;BIRTH;PHONE\n"
	for i := range corePeople {
		core += fmt.Sprintf("%d;%s\n", i+1, somebody(i))
	}
	b.write("in/clients_2026-03-02.csv", core)
	b.forms()
	return b
}

// forms delivers the forms of the day.
func (b *leadsBank) forms() {
	text := "NO;NAME;BIRTH;PHONE\n"
	for i, who := range b.about {
		text += fmt.Sprintf("F%d;%s\n", i, somebody(who))
	}
	b.write(fmt.Sprintf("in/forms_2026-03-%02d.csv", b.day), text)
}

// pipelineProject opens the project as verbs do.
func (b bank) pipelineProject() *pipeline.Project {
	b.t.Helper()
	a := &app{in: strings.NewReader(""), out: io.Discard, errOut: io.Discard, project: b.dir}
	p, _, err := a.open()
	if err != nil {
		b.t.Fatal(err)
	}
	return p
}

// act enters an objection of a subject and gives its number.
func (b bank) act(args ...string) int64 {
	b.t.Helper()
	out, _ := b.does(0, append([]string{"--json", "consent", "set", "--since", "2026-03-02", "--origin", "call", "--reason", "asked"}, args...)...)
	var done pipeline.Acted
	if err := json.Unmarshal([]byte(out), &done); err != nil {
		b.t.Fatal(err)
	}
	return done.Seq
}

// objection is what the test remembers of an act, found out by its own queries.
type objection struct {
	seq     int64
	records []string
	phones  []string
}

func (b bank) lines(sql string) []string {
	b.t.Helper()
	return strings.Fields(b.query(sql))
}

// objectedBy remembers what the client of a record consists of, and objects.
func (b bank) objectedBy(record string, args ...string) objection {
	client := fmt.Sprintf("(SELECT client_id FROM identities WHERE stream || ':' || key = '%s')", record)
	o := objection{records: b.lines("SELECT stream || ':' || key FROM identities WHERE client_id = " + client),
		phones: b.lines("SELECT token FROM contact_points WHERE attr = 'phone' AND client_id = " + client)}
	if len(args) == 0 {
		args = []string{strings.TrimSpace(b.query("SELECT client_id FROM identities WHERE stream || ':' || key = '" + record + "'"))}
	}
	o.seq = b.act(append(args, "--state", "objection")...)
	return o
}

// holds checks that every objection in force binds whoever has one of its
// records or phones, and that one taken back binds nobody.
func (b bank) holds(acts []objection, undone map[int64]bool) {
	b.t.Helper()
	byRecord := b.lines(`SELECT DISTINCT i.stream || ':' || i.key || '=' || c.row_no FROM identities i JOIN client_consents c USING (client_id)
		WHERE c.state = 'objection' AND c.until IS NULL AND c.stream = 'journal/consents'`)
	byPhone := b.lines(`SELECT DISTINCT phone || '=' || row_no FROM client_consents WHERE phone IS NOT NULL AND state = 'objection' AND until IS NULL`)
	for _, o := range acts {
		for _, r := range o.records {
			if got := slices.Contains(byRecord, fmt.Sprintf("%s=%d", r, o.seq)); got == undone[o.seq] {
				b.t.Errorf("objection %d binds the client of %s: %t, taken back: %t", o.seq, r, got, undone[o.seq])
			}
		}
		for _, p := range o.phones {
			if got := slices.Contains(byPhone, fmt.Sprintf("%s=%d", p, o.seq)); got == undone[o.seq] {
				b.t.Errorf("objection %d binds one of its phones: %t, taken back: %t", o.seq, got, undone[o.seq])
			}
		}
	}
}

// Random merges, splits and undos, in any order with runs: no objection is
// lost, none that was taken back comes again, and one rebuild gives what all
// the runs gave.
func TestNoMergeSplitOrUndoLosesAnObjection(t *testing.T) {
	for seed := range uint64(2) {
		t.Run(fmt.Sprint("seed ", seed), func(t *testing.T) {
			dice := rand.New(rand.NewPCG(seed, 7))
			b := newLeadsBank(t)
			b.does(0, "run")
			var acts []objection
			undone := map[int64]bool{}
			clients := map[string]bool{}
			for range 3 {
				for range 1 + dice.IntN(2) {
					if dice.IntN(2) == 0 {
						acts = append(acts, b.objectedBy(fmt.Sprintf("leads/forms:F%d", dice.IntN(len(b.about)))))
					} else {
						record := fmt.Sprintf("core/clients:%d", 1+dice.IntN(corePeople))
						acts = append(acts, b.objectedBy(record, "--record", record))
					}
				}
				if seq := acts[dice.IntN(len(acts))].seq; dice.IntN(3) == 0 && !undone[seq] {
					b.does(0, "consent", "undo", fmt.Sprint(seq), "--reason", "a mistake")
					undone[seq] = true
				}
				b.holds(acts, undone)
				for range 3 {
					b.about[dice.IntN(len(b.about))] = dice.IntN(somePeople)
				}
				b.day++
				b.forms()
				b.does(0, "run")
				b.holds(acts, undone)
				clients[b.query("SELECT string_agg(stream || key, ' ' ORDER BY stream, key) FROM identities GROUP BY client_id ORDER BY 1")] = true
			}
			if len(clients) < 3 {
				t.Error("hardly anything was merged or split")
			}
			root := b.currentRoot()
			b.does(0, "run", "--from-landing")
			b.holds(acts, undone)
			if again := b.root(); again != root {
				t.Errorf("row root after the rebuild %s, before %s", again, root)
			}
		})
	}
}

// currentRoot is the row root of the current snapshot, computed when needed.
func (b bank) currentRoot() string {
	b.t.Helper()
	s, err := pipeline.Current(b.pipelineProject())
	if err != nil {
		b.t.Fatal(err)
	}
	defer func() { _ = s.Close() }()
	root, err := s.RowRoot(context.Background())
	if err != nil {
		b.t.Fatal(err)
	}
	return root
}

// The same acts on the same deliveries give the same rows, whether they were
// taken up by many runs or by one.
func TestManyRunsFoldTheJournalAsOneDoes(t *testing.T) {
	many := newLeadsBank(t)
	key := []byte(strings.Repeat("5a", 32) + "\n")
	many.shareKey(key)
	many.does(0, "run")
	many.act("--phone", "+7 916 200-10-31", "--state", "objection")
	many.does(0, "override", "set", "--record", "core/clients:4", "--attr", "surname", "--value", "Ковальова", "--reason", "married")
	many.does(0, "override", "set", "--record", "core/clients:5", "--attr", "phone", "--value", "+7 495 123-45-67", "--reason", "said so")
	many.does(0, "run")
	many.does(0, "override", "set", "--record", "core/clients:4", "--attr", "surname", "--value", "Ковалёва", "--reason", "misheard")
	many.does(0, "override", "undo", "3", "--reason", "wrong person")
	many.does(0, "run")
	many.does(0, "override", "undo", "4", "--reason", "it was right")
	many.does(0, "override", "undo", "5", "--reason", "no, it was said")
	many.does(0, "consent", "undo", "1", "--reason", "wrong number")
	many.act("--record", "core/clients:7", "--state", "grant", "--for", "marketing.cards")
	tail := many.currentRows()
	many.does(0, "run")
	same(t, tail, many.currentRows())

	once := newLeadsBank(t)
	once.shareKey(key)
	for _, dir := range []string{"data/journal", "data/keys/acts"} { // values set by hand have keys of their own
		if err := os.CopyFS(once.path(dir), os.DirFS(many.path(dir))); err != nil {
			t.Fatal(err)
		}
	}
	once.does(0, "run")
	same(t, many.currentRows(), once.currentRows())
	if a, b := many.currentRoot(), once.currentRoot(); a != b {
		t.Errorf("row root after many runs %s, after one %s", a, b)
	}
	if got := once.query("SELECT surname FROM clients JOIN identities USING (client_id) WHERE stream = 'core/clients' AND key = '4'"); got != "Ковальова\n" {
		t.Errorf("the surname in force is %q", got)
	}
}

// currentRows is what people see of acts.
func (b bank) currentRows() map[string]string {
	return map[string]string{
		"clients":  b.query("SELECT * EXCLUDE (client_no) FROM clients ORDER BY client_id"),
		"contacts": b.query("SELECT * EXCLUDE (client_no) FROM contact_points ORDER BY ALL"),
		"consents": b.query("SELECT * EXCLUDE (batch_no) FROM client_consents ORDER BY fact_id"),
		"values":   b.query("SELECT client_id, attr, value, token, status, reason, stream, valid_from FROM attribute_history WHERE winner ORDER BY ALL"),
	}
}

// An act made while a run is under way waits for nothing, holds at once and is
// taken up by the next run; going back to an older snapshot takes nothing back.
func TestActsStandBesideRunsAndRollbacks(t *testing.T) {
	b := newLeadsBank(t)
	b.does(0, "run")
	first := strings.Fields(b.current())[0]
	p := b.pipelineProject()
	o := objection{}
	meanwhile := &atStage{stage: "load", do: func() { o = b.objectedBy("core/clients:3", "--record", "core/clients:3") }}
	b.day++
	b.forms()
	rep, err := pipeline.Run(context.Background(), p, pipeline.Options{Now: testNow, Actor: journal.Actor{User: "test"}, Progress: meanwhile})
	if err != nil || rep.Status != "published" {
		t.Fatal(rep.Status, err)
	}
	if o.seq == 0 || rep.Journal >= o.seq {
		t.Fatalf("act %d, journal held up to %d: the act was not made beside the run", o.seq, rep.Journal)
	}
	b.holds([]objection{o}, nil)
	b.does(0, "run")
	if r := b.report(); r.Journal != o.seq || r.Acts != 1 {
		t.Errorf("journal held up to %d with %d acts", r.Journal, r.Acts)
	}
	b.holds([]objection{o}, nil)

	keys, err := landing.OpenKeys(filepath.Join(p.Data, "keys"))
	if err != nil {
		t.Fatal(err)
	}
	old, err := store.OpenAt(store.Dirs{Data: p.Data, Key: keys.Project()}, first)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = old.Close() }()
	list, pos, err := pipeline.ConsentsUpTo(context.Background(), p, old)
	if err != nil || pos != o.seq {
		t.Fatal(pos, err)
	}
	bound := 0
	for _, c := range list {
		if c.Seq == o.seq && c.State == "objection" && !c.Record.IsZero() && c.InForce(int32(testNow.Unix()/86400)) {
			bound++
		}
	}
	if bound != len(o.records) {
		t.Errorf("the older snapshot shows %d bound records, want %d", bound, len(o.records))
	}
	// A journal that lost its end is noticed before anything is shown.
	file := b.path("data/journal/journal.cbj")
	if err := os.Truncate(file, 5); err != nil {
		t.Fatal(err)
	}
	b.fails(3, []string{"acts of people are missing"}, "query", "SELECT 1")
	b.fails(3, []string{"acts of people are missing"}, "run")
}

// atStage does something when a stage of a run begins.
type atStage struct {
	pipeline.NoProgress
	stage string
	do    func()
}

func (p *atStage) Start(stage string, total int64, unit string) pipeline.Meter {
	if do := p.do; stage == p.stage && do != nil {
		p.do = nil
		do()
	}
	return p.NoProgress.Start(stage, total, unit)
}

// A process that is killed while it enters an act loses none that it said it
// had entered, and the journal stays whole.
func TestKilledActsAreWholeOrAbsent(t *testing.T) {
	b := newBank(t)
	dice := rand.New(rand.NewPCG(1, 2))
	var said []string
	for i := range 25 {
		var out bytes.Buffer
		word := fmt.Sprintf("letter %d", i)
		cmd := b.process("consent", "set", "--phone", "+7 916 200-10-31", "--state", "objection", "--origin", word, "--reason", "asked")
		cmd.Stdout = &out
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		stop := time.AfterFunc(time.Duration(dice.IntN(300))*time.Millisecond, func() { _ = cmd.Process.Kill() })
		_ = cmd.Wait() // killed or not is the dice's affair
		stop.Stop()
		if strings.HasPrefix(out.String(), "entry ") {
			said = append(said, word)
		}
	}
	list, err := pipeline.ListActs(context.Background(), b.pipelineProject(), journal.KindConsent)
	if err != nil {
		t.Fatal(err)
	}
	have := map[string]bool{}
	for i, l := range list {
		if l.Seq != int64(len(list)-i) || l.State != "objection" {
			t.Errorf("entry %d is %+v", i, l)
		}
		have[l.Origin] = true
	}
	for _, w := range said {
		if !have[w] {
			t.Errorf("%s was entered and is not there", w)
		}
	}
	t.Logf("%d of 25 were acknowledged, %d stand in the journal", len(said), len(list))
}
