package main

import (
	"bytes"
	"context"
	"encoding/hex"
	"fmt"
	"math/rand/v2"
	"os"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"clientbase/internal/journal"
	"clientbase/internal/opaque"
)

const nightsYAML = `source: core
kind: corebank
title: {ru: "АБС", en: "Core banking"}
streams:
  clients:
    from: {path: "in/clients_*.csv", format: delimited, delimiter: ";", header: true}
    mode: full
    key: [ID]
    order: {as_of: name}
    columns:
      ID: {required: true}
      NAME: text
      BIRTH: {type: date, format: dmy}
      PHONE: text
    party:
      kind: person
      map: {full_name: NAME, birth_date: BIRTH, phone: PHONE}
  calls:
    from: {path: "in/calls_*.csv", format: delimited, delimiter: ";", header: true}
    mode: events
    key: [CALL]
    order: {as_of: name}
    columns:
      CALL: {required: true}
      AT: {type: timestamp, format: "2006-01-02 15:04:05", required: true}
      PHONE: text
    facts:
      - fact: interaction
        fields: {at: AT, kind: {const: call}, phone: {ref: phone, column: PHONE}}
`

// night adds the files of one day: all clients, of whom two are new and one has
// another phone, and three calls.
func (b bank) night(i int) {
	b.t.Helper()
	day := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC).AddDate(0, 0, i).Format(time.DateOnly)
	clients := strings.Replace(fourClients, "200-00-02", fmt.Sprintf("201-%02d-%02d", i/100, i%100), 1) + numbered(100, 2*i)
	b.write("in/clients_"+day+".csv", clients)
	calls := "CALL;AT;PHONE\n"
	for k := range 3 {
		calls += fmt.Sprintf("%d;%s 12:0%d:00;+7 916 200-00-0%d\n", 3*i+k, day, k, 1+k)
	}
	b.write("in/calls_"+day+".csv", calls)
}

// talker writes acts into the journal of a bank until it is stopped, and knows
// those that were acknowledged.
type talker struct {
	j    *journal.Journal
	stop atomic.Bool
	done sync.WaitGroup
	mu   sync.Mutex
	said []journal.Entry
	err  error
}

func (b bank) journal() *journal.Journal {
	b.t.Helper()
	key, err := hex.DecodeString(strings.TrimSpace(testKey))
	if err != nil {
		b.t.Fatal(err)
	}
	return journal.Open(b.path("data"), opaque.NewKey(key))
}

func (b bank) talking() *talker {
	k := &talker{j: b.journal()}
	k.done.Go(func() {
		for n := 0; !k.stop.Load(); n++ {
			e := journal.Entry{At: testNow, Actor: journal.Actor{User: "olena", Role: "marketer"}, Kind: journal.KindConsent, Subject: fmt.Sprintf("client %d", n), Reason: "asked by phone"}
			e, err := e.WithPayload(journal.Consent{State: "objection", Purpose: fmt.Sprintf("marketing.p%d", n), Channel: "phone", Since: "2026-01-01", Origin: "call",
				Records: []journal.Record{{Stream: "core/clients", Key: strconv.Itoa(1 + n%4)}}})
			if err == nil {
				e, err = k.j.Append(context.Background(), e)
			}
			k.mu.Lock()
			if err != nil {
				k.err = err
			} else {
				k.said = append(k.said, e)
			}
			k.mu.Unlock()
			time.Sleep(50 * time.Millisecond)
		}
	})
	return k
}

func (k *talker) end() ([]journal.Entry, error) {
	k.stop.Store(true)
	k.done.Wait()
	return k.said, k.err
}

// kill −9 at random points of scheduled loads, with people writing into the
// journal meanwhile. Each time the scheduler is started again and nothing else
// is done. In the end: every row is there once, every act that was acknowledged
// is in the journal, and the row root is the one of a life without kills.
// CLIENTBASE_KILLS sets how many (20).
func TestSchedulerKilledAtRandomPoints(t *testing.T) {
	kills := 20
	if n, err := strconv.Atoi(os.Getenv("CLIENTBASE_KILLS")); err == nil {
		kills = n
	}
	const perNight = 4
	b := bank{t, newBank(t).dir}
	if err := os.Remove(b.path("in/clients_2026-03-01.csv")); err != nil {
		t.Fatal(err)
	}
	b.write("sources/core.yaml", nightsYAML)
	b.shareKey([]byte(testKey))
	calm := b.copied(t)
	b.timed("core")
	people := b.talking()
	defer func() { _, _ = people.end() }()
	rng := rand.New(rand.NewPCG(2026, uint64(kills)))

	hit, nights, whole := 0, 0, time.Duration(0)
	for done := 0; done < kills; nights++ {
		b.night(nights)
		calm.night(nights)
		start := time.Now()
		if err := calm.process("run").Run(); err != nil {
			t.Fatal(err)
		}
		whole = time.Since(start)
		b.missed("core")
		for range min(perNight, kills-done) {
			c, out := b.scheduler(t)
			time.Sleep(time.Duration(rng.Float64() * float64(whole)))
			if err := c.Process.Signal(syscall.SIGKILL); err != nil {
				t.Fatalf("it ended by itself: %v\n%s", err, out)
			}
			_ = c.Wait()
			done++
			if !b.settled("core") {
				hit++
			}
		}
		c, out := b.scheduler(t)
		until(t, "the load after kills", out, func() bool { return b.watched() && b.settled("core") })
		if err := c.Process.Signal(syscall.SIGTERM); err != nil {
			t.Fatal(err)
		}
		if code := exitCode(t, c); code != 0 {
			t.Fatalf("night %d: exit %d\n%s", nights, code, out)
		}
	}
	said, err := people.end()
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%d kills, %d of them in the middle of a load, %d nights, %d acts; a whole run takes %.1f s", kills, hit, nights, len(said), whole.Seconds())
	if hit < kills/3 {
		t.Errorf("only %d of %d kills met a load", hit, kills)
	}

	// No act is lost or doubled.
	list, err := b.journal().Read(0)
	if err != nil {
		t.Fatal(err)
	}
	if len(list) != len(said) {
		t.Errorf("%d acts in the journal, %d were acknowledged", len(list), len(said))
	}
	for i := range min(len(list), len(said)) {
		if list[i].Seq != said[i].Seq || list[i].Subject != said[i].Subject || !bytes.Equal(list[i].Payload, said[i].Payload) {
			t.Fatalf("act %d is not the one that was acknowledged", i+1)
		}
	}
	// The calm bank hears the same acts; both fold them and end alike.
	for _, e := range list {
		if _, err := calm.journal().Append(context.Background(), e); err != nil {
			t.Fatal(err)
		}
	}
	b.does(0, "run")
	calm.does(0, "run")
	same(t, published(t, calm.dir), published(t, b.dir))
	// How many snapshots there are is not asked: a load that is killed after it
	// published is due again, and publishes what was said in between.
	b.clean(t, calm)
	b.does(0, "run", "--from-landing")
	calm.does(0, "run", "--from-landing")
	if got, want := b.root(), calm.root(); got != want {
		t.Errorf("row root %s, undisturbed %s", got, want)
	}
	if got, want := b.query("SELECT count(*), count(DISTINCT key) FROM identities"), fmt.Sprintf("%[1]d,%[1]d\n", 4+2*(nights-1)); got != want {
		t.Errorf("records and their keys: %s, want %s", got, want)
	}
	if got, want := b.query("SELECT count(*), count(DISTINCT fact_id) FROM interactions"), fmt.Sprintf("%[1]d,%[1]d\n", 3*nights); got != want {
		t.Errorf("calls: %s, want %s", got, want)
	}
}
