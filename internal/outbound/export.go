package outbound

import (
	"bufio"
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"hash"
	"io"
	"os"
	"path/filepath"
	"slices"
	"time"

	"clientbase/internal/disk"
	"clientbase/internal/errs"
	"clientbase/internal/journal"
	"clientbase/internal/opaque"
	"clientbase/internal/segment"
	"clientbase/internal/sheet"
)

// Door is everything that a list needs of one snapshot. Nothing in it may be
// used by two lists at a time.
type Door struct {
	Data     string     // data folder
	Key      opaque.Key // project key: contact ids and list ids derive from it
	Snapshot string     // id of the snapshot that Base reads
	Base     Base
	ClientID func(no int32) string
	ClientNo func(id string) (int32, bool) // retired ids lead to the client that took them over
	Query    segment.Queryer
	Consents func(context.Context) (rows []Row, position int64, err error) // read anew at each call, the journal's tail included
	Journal  *journal.Journal
	Vault    Vault
	National func(e164 string) string
}

// Order is one list to be made.
type Order struct {
	Segment *segment.Segment // its purpose is the list's purpose: nobody else names one
	Matched []int32          // clients that the segment matched
	Channel string
	Profile Profile
	Out     string // final name of the file; must not exist
	AsOf    string // ISO day of the segment
	Today   string // ISO day on which the list leaves
	Now     time.Time
	Actor   journal.Actor
	Reason  string
}

// Delivery is what became of an order. List is empty when nobody was sendable:
// then no file was made and nothing recorded.
type Delivery struct {
	List      string    `json:"list,omitempty"`
	Segment   string    `json:"segment"`
	Version   int       `json:"version"`
	Purpose   string    `json:"purpose"`
	Channel   string    `json:"channel"`
	Recipient string    `json:"recipient"`
	Profile   string    `json:"profile"`
	Snapshot  string    `json:"snapshot"`
	Position  int64     `json:"position"` // acts of the journal that the gates saw
	AsOf      string    `json:"as_of"`
	Expires   string    `json:"expires,omitempty"`
	File      string    `json:"file,omitempty"`
	Sidecar   string    `json:"sidecar,omitempty"`
	Rows      int64     `json:"rows"`
	Replaced  int64     `json:"replaced_cells,omitempty"` // cells with letters that the encoding does not have
	SHA256    string    `json:"sha256,omitempty"`
	Waterfall Waterfall `json:"waterfall"`
}

func (d *Door) lists() lists { return lists{d.Journal.Dir(), d.Vault} }

// question is what the gates are asked for an order.
func (o *Order) question() Question {
	return Question{Purpose: o.Segment.Purpose, Channel: o.Channel, AsOf: o.AsOf, Today: o.Today, MaxHolders: o.Profile.MaxHolders}
}

// check refuses an order that no gate should see.
func (o *Order) check() error {
	switch {
	case !slices.Contains(Channels(), o.Channel):
		return errs.New(errs.Config, "export", "channel "+o.Channel, "no such channel", "one of phone, sms, email")
	case !slices.Contains(o.Profile.Channels, o.Channel):
		return errs.New(errs.Config, "export", "recipient "+o.Profile.ID, "this recipient gets no lists for "+o.Channel, "add the channel to "+o.Profile.File+" if that is meant")
	case o.Segment.Purpose == "":
		return errs.New(errs.Bug, "export", o.Segment.ID, "the segment has no purpose", "report it")
	case !isDay(o.AsOf) || !isDay(o.Today):
		return errs.New(errs.Config, "export", "as-of day", "not a day", "write --as-of 2026-10-01")
	case o.Out == "" || o.Out == "-":
		return errs.New(errs.Config, "export", "", "a list needs a file of its own", "add --out FILE")
	case exists(o.Out):
		return errs.New(errs.Input, "export", o.Out, "the file exists; a list never overwrites another", "give a new name")
	}
	if info, err := os.Stat(filepath.Dir(o.Out)); err != nil || !info.IsDir() {
		return errs.New(errs.Input, "export", o.Out, "its folder does not exist", "make the folder, or give another name")
	}
	if o.Actor.Role == "auditor" {
		return errs.New(errs.Config, "export", "", "an auditor sees how lists were made, never a contact point", "ask a marketer for the list")
	}
	return nil
}

// Waterfall judges an order without making a list.
func (d *Door) Waterfall(ctx context.Context, o Order) (Waterfall, error) {
	rows, _, err := d.Consents(ctx)
	if err != nil {
		return Waterfall{}, err
	}
	_, w := choose(NewJudge(d.Base, rows, o.question()), o.Matched, d.ClientID)
	return w, nil
}

// Export makes one list, in the order that doc.go tells. It fails with
// errs.Retry when a consent was entered while it worked: no file is left then,
// and the act in the journal, if any, stands for a list that nobody got.
func (d *Door) Export(ctx context.Context, o Order) (*Delivery, error) {
	if err := o.check(); err != nil {
		return nil, err
	}
	rows, position, err := d.Consents(ctx)
	if err != nil {
		return nil, err
	}
	out := &Delivery{Segment: o.Segment.ID, Version: o.Segment.Version, Purpose: o.Segment.Purpose, Channel: o.Channel, Profile: o.Profile.ID,
		Recipient: cmp.Or(o.Profile.Recipient.En, o.Profile.ID), Snapshot: d.Snapshot, Position: position, AsOf: o.AsOf}
	key := d.Key.Derive("list")
	id := "list-" + key.Token("list", o.Segment.ID, o.Profile.ID, o.Channel, d.Snapshot, fmt.Sprint(position), fmt.Sprint(o.Now.UnixNano()), o.Out).String()[:12]
	contact := func(no int32) string { return key.Token("contact", id, d.ClientID(no)).String() }
	picked, fall := choose(NewJudge(d.Base, rows, o.question()), o.Matched, contact)
	out.Waterfall = fall
	if len(picked) == 0 {
		return out, fall.check(0)
	}
	out.List = id
	if out.Expires, err = addDays(o.Today, o.Profile.Expires); err != nil {
		return nil, err
	}
	tmp := filepath.Join(d.Data, "tmp", id)
	if err := disk.MkdirAll(tmp); err != nil {
		return nil, errs.Wrap(errs.Retry, "export", tmp, err, "check the rights of the data folder")
	}
	defer func() { _ = disk.RemoveAll(tmp) }()
	path := filepath.Join(tmp, "list")
	if err := d.write(ctx, path, tmp, &o, picked, out); err != nil {
		return nil, err
	}
	if err := fall.check(out.Rows); err != nil {
		return nil, err
	}
	if err := d.record(ctx, &o, out, picked); err != nil {
		return nil, err
	}
	return out, d.deliver(path, &o, out)
}

// write makes the file in the list's own folder and syncs it.
func (d *Door) write(ctx context.Context, path, tmp string, o *Order, picked []chosen, out *Delivery) (err error) {
	var fields []string
	for _, c := range o.Profile.Columns {
		if c.Field != ContactID && c.Field != Contact {
			fields = append(fields, c.Field)
		}
	}
	clients := make([]int32, len(picked))
	for i := range picked {
		clients[i] = picked[i].Client
	}
	values, err := valuesOf(ctx, d.Query, clients, fields)
	if err != nil {
		return err
	}
	f, err := disk.CreateNew(path)
	if err != nil {
		return errs.Wrap(errs.Retry, "export", path, err, "check the rights of the data folder")
	}
	defer func() {
		if cerr := f.Close(); err == nil && cerr != nil {
			err = diskError(path, cerr)
		}
	}()
	sum := sha256.New()
	b := bufio.NewWriterSize(io.MultiWriter(f, sum), 1<<16)
	s, err := newSheet(b, &o.Profile, tmp)
	if err != nil {
		return diskError(path, err)
	}
	if out.Rows, err = fill(s, &o.Profile, picked, values, d.National); err != nil {
		return diskError(path, err)
	}
	if err := finish(s, b, f); err != nil {
		return diskError(path, err)
	}
	if c, ok := s.(*csvSheet); ok {
		out.Replaced = c.replaced
	}
	out.SHA256 = sumText(sum)
	return nil
}

func finish(s rowWriter, b *bufio.Writer, f *disk.File) error {
	if err := s.Close(); err != nil {
		return err
	}
	if err := b.Flush(); err != nil {
		return err
	}
	return f.Sync()
}

// fill writes header and rows and counts the rows.
func fill(s rowWriter, p *Profile, picked []chosen, values map[int32][]string, national func(string) string) (n int64, err error) {
	line := make([]string, len(p.Columns))
	if p.Header {
		for i, c := range p.Columns {
			line[i] = c.Title
		}
		if err := s.Row(line); err != nil {
			return 0, err
		}
	}
	for _, r := range picked {
		vals := values[r.Client]
		k := 0
		for i, c := range p.Columns {
			switch c.Field {
			case ContactID:
				line[i] = r.Contact
			case Contact:
				line[i] = clearText(&r.Point, p, national)
			default:
				line[i] = ""
				if k < len(vals) {
					line[i] = vals[k]
				}
				k++
			}
		}
		if err := s.Row(line); err != nil {
			return n, err
		}
		n++
	}
	return n, nil
}

// clearText is the one place where a contact point becomes text on its way out.
func clearText(p *Point, profile *Profile, national func(string) string) string {
	if p.Kind == "phone" {
		return phoneText(p.Value.Reveal(), profile.Phone, national)
	}
	return p.Value.Reveal()
}

// record seals who stands on the list and enters the act. Acts on consents
// that came in between make the list void: the gates have not seen them.
func (d *Door) record(ctx context.Context, o *Order, out *Delivery, picked []chosen) error {
	rows := make([]listRow, len(picked))
	for i, c := range picked {
		rows[i] = listRow{Contact: c.Contact, Client: d.ClientID(c.Client), Record: c.Point.Record, Point: c.Point.Token}
	}
	err := d.lists().save(listHead{List: out.List, Snapshot: out.Snapshot, Position: out.Position, Purpose: out.Purpose, Channel: out.Channel,
		Expires: out.Expires, MaxHolders: o.Profile.MaxHolders}, rows)
	if err != nil {
		return err
	}
	e, err := journal.Entry{At: o.Now, Actor: o.Actor, Kind: journal.KindExport, Subject: out.List, Reason: o.Reason}.WithPayload(journal.Export{
		List: out.List, Segment: out.Segment, Version: out.Version, Purpose: out.Purpose, Channel: out.Channel, Recipient: out.Recipient, Profile: out.Profile,
		Snapshot: out.Snapshot, Position: out.Position, AsOf: out.AsOf, Expires: out.Expires, Rows: out.Rows, Waterfall: out.Waterfall.counts(), SHA256: out.SHA256})
	if err != nil {
		return err
	}
	if e, err = d.Journal.Append(ctx, e); err != nil {
		return err
	}
	since, err := d.Journal.Read(out.Position)
	if err != nil {
		return err
	}
	for i := range since {
		if since[i].Seq < e.Seq && since[i].Kind == journal.KindConsent {
			return errs.New(errs.Retry, "export", out.List, "a consent or an objection was entered while the list was made", "run the same command again; the journal names this list, but nobody got it")
		}
	}
	return nil
}

// deliver gives the file its name, after what must stand beside it.
func (d *Door) deliver(path string, o *Order, out *Delivery) error {
	if o.Profile.Human && o.Profile.Format == "csv" {
		about := sidecar{List: out.List, Recipient: out.Recipient, Purpose: out.Purpose, Channel: out.Channel, Rows: out.Rows, Expires: out.Expires, SHA256: out.SHA256,
			Encoding: o.Profile.Encoding, Separator: string(o.Profile.Separator), Escape: sheet.Words}
		for _, c := range o.Profile.Columns {
			about.Columns = append(about.Columns, c.Title)
		}
		text, err := about.text()
		if err != nil {
			return errs.Hidden(errs.Bug, "export", out.List, "the sidecar cannot be encoded", err, "report it")
		}
		out.Sidecar = o.Out + ".about.json"
		if err := disk.WriteBytes(out.Sidecar, text); err != nil {
			return diskError(out.Sidecar, err)
		}
	}
	if err := moveFile(path, o.Out); err != nil {
		return diskError(o.Out, err)
	}
	out.File = o.Out
	return nil
}

func sumText(h hash.Hash) string { return hex.EncodeToString(h.Sum(nil)) }

func addDays(day string, n int) (string, error) {
	t, err := time.Parse(time.DateOnly, day)
	if err != nil {
		return "", errs.New(errs.Bug, "export", "day", "not a day", "report it")
	}
	return t.AddDate(0, 0, n).Format(time.DateOnly), nil
}
