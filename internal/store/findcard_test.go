package store

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/apache/arrow-go/v18/arrow"
)

// cardsAsRows compares the cards of the search index with the rows of clients,
// as a reader sees them.
func cardsAsRows(t *testing.T, sn *Snapshot, most int) {
	t.Helper()
	f, err := sn.Finder()
	must(t, err)
	want := map[string]string{}
	for _, r := range table(t, sn, `SELECT client_no, client_id, coalesce(party, ''), coalesce(display_name, ''), coalesce(strftime(birth_date, '%Y-%m-%d'), ''), coalesce(city, ''), n_records FROM clients`) {
		want[r[0]] = strings.Join(r[1:], "|")
	}
	for no, is := range want {
		id, _, _ := strings.Cut(is, "|")
		if got, ok, err := sn.ClientNo(id); err != nil || !ok || fmt.Sprint(got) != no {
			t.Errorf("the id of client %s leads to %d, %v, %v", no, got, ok, err)
		}
	}
	var buf []byte
	for no := range most {
		c, raw, ok, err := f.Card(uint32(no), buf)
		must(t, err)
		buf = raw
		got, is := "", want[fmt.Sprint(no)]
		if ok {
			got = strings.Join([]string{c.ClientID, c.Party, c.Name, c.Born, c.City, fmt.Sprint(c.Records)}, "|")
		}
		if got != is {
			t.Errorf("client %d: the card says %q, the table %q", no, got, is)
		}
	}
}

// What a search shows is what the table of clients says, after the first run,
// after one that touches some clients, and under an overlay, which may also take
// a client out of sight while the snapshot stays open.
func TestCardsAreRowsOfClients(t *testing.T) {
	ctx := context.Background()
	d := testDirs(t)
	s := begin(t, d, "run1", nil)
	smallBase(t, s)
	must(t, s.Insert(ctx, "clients", batch("client_no", list(4, 5), "client_id", list("short", cid(5)), "party", list("organization", nil), "display_name", list(nil, "Тестов 5"),
		"birth_date", list(day("1985-03-12"), day("1899-12-31")), "city", list("Казань", nil), "n_records", list(7, 1))))
	_, err := s.Publish(ctx, testManifest("run1"))
	must(t, err)
	sn := open(t, d)
	cardsAsRows(t, sn, 8)

	s = begin(t, d, "run2", sn)
	must(t, s.DeleteClients(ctx, []int32{2, 4, 6}))
	must(t, s.Insert(ctx, "clients", clientsBatch(4, 7, func(int) string { return "Новая" }).NewSlice(0, 1)))
	must(t, s.Insert(ctx, "clients", clientsBatch(6, 7, func(int) string { return "Новая" })))
	_, err = s.Publish(ctx, testManifest("run2"))
	must(t, err)
	sn = open(t, d)
	cardsAsRows(t, sn, 8)
	if no, ok, err := sn.ClientNo(cid(2)); err != nil || ok {
		t.Error("an id that is gone leads to a client", no, err)
	}

	must(t, sn.SetOverlay(ctx, Overlay{Position: 1, Changes: []Change{
		{Table: "clients", Key: int32(1), Set: map[string]any{"display_name": "Другая", "city": "Пермь", "birth_date": "2001-02-03"}},
		{Table: "clients", Key: int32(5), Set: map[string]any{"birth_date": nil}}}}))
	cardsAsRows(t, sn, 8)
	must(t, sn.SetOverlay(ctx, Overlay{Position: 2, Changes: []Change{{Table: "clients", Key: int32(1)}}}))
	cardsAsRows(t, sn, 8)
}

// A card that is cut or edited is never read as another one without a word, and
// never ends the program.
func TestBrokenCards(t *testing.T) {
	day := arrow.Date32FromTime(time.Date(1985, 3, 12, 0, 0, 0, 0, time.UTC))
	c := Card{ClientID: cid(7), Party: "person", Name: "Тестова", Born: "1985-03-12", City: "Казань", Records: 300}
	raw := c.append(nil, int64(day), true)
	if got, ok := readCard(raw); !ok || got != c {
		t.Fatalf("%+v, %v", got, ok)
	}
	for n := range raw {
		if _, ok := readCard(raw[:n]); ok {
			t.Errorf("a card cut at %d is read", n)
		}
		bad := append([]byte(nil), raw...)
		bad[n] ^= 0xff
		_, _ = readCard(bad)
	}
}
