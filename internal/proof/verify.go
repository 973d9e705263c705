package proof

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sort"
	"strconv"
	"strings"
	"time"

	"clientbase/internal/access"
	"clientbase/internal/errs"
	"clientbase/internal/journal"
	"clientbase/internal/ledger"
	"clientbase/internal/opaque"
	"clientbase/internal/pipeline"
	"clientbase/internal/store"
)

// Options say what a verification may rely on besides the data folder.
type Options struct {
	From   []byte    // a checkpoint that was kept elsewhere; nil = none
	Key    []byte    // the public key that was kept elsewhere; nil = the one beside the ledger
	Now    time.Time // of the machine that verifies
	NoKeys bool      // use no secret key even where one can be read
	Sample int       // > 0: count the published rows again, and make so many drawn values again from their rows
}

// Result is what a verification read and found.
type Result struct {
	Origin      string           `json:"ledger,omitempty"`
	Leaves      int64            `json:"leaves"`
	Checkpoints int              `json:"checkpoints"` // earlier ones that the tree was compared with
	Snapshots   int              `json:"snapshots"`
	Files       int              `json:"files"`
	Bytes       int64            `json:"bytes"`
	Entries     int              `json:"journal_entries"`
	Keys        bool             `json:"with_keys"`
	Findings    []ledger.Finding `json:"findings,omitempty"`
	Notes       []string         `json:"notes,omitempty"`
	Unseen      []string         `json:"not_provable,omitempty"` // what could not have been found with what was given
}

// verifier collects what the leaves say and holds the data folder against it.
type verifier struct {
	p   *pipeline.Project
	o   Options
	log *ledger.Log
	out *Result

	published []event          // also those that were aborted
	held      []event          //
	aborted   map[string]bool  // snapshots
	ended     map[string]int64 // run → leaf
	frames    map[int64]string // journal entry → hash
	reads     []access.Batch
	listings  []ledger.Listing
	destroyed map[string]string // path → at whose request
	restored  int64             // leaf of the last restore
	sums      map[inode]string  // files that several snapshots share are read once
}

// event is a leaf about a snapshot.
type event struct {
	leaf          int64
	id, run, hash string
}

// Verify reads everything that the ledger covers. It needs no key; with keys it
// looks at more. The error is for what could not be read.
func Verify(ctx context.Context, p *pipeline.Project, o Options) (*Result, error) {
	v := &verifier{p: p, o: o, log: pipeline.Ledger(p), out: &Result{}, aborted: map[string]bool{}, ended: map[string]int64{}, frames: map[int64]string{},
		destroyed: map[string]string{}, sums: map[inode]string{}}
	check, err := v.outside()
	if err != nil {
		return v.out, err
	}
	check.Now, check.Leaf = o.Now, v.leaf
	c, err := v.log.Check(check)
	if err != nil {
		return v.out, err
	}
	v.out.Origin, v.out.Leaves, v.out.Checkpoints = c.Head.Origin, c.Leaves, c.History
	v.out.Findings, v.out.Notes = append(v.out.Findings, c.Findings...), append(v.out.Notes, c.Notes...)
	steps := []func(context.Context) error{v.pointers, v.snapshots, v.goneSnapshots, v.files, v.journal}
	if !o.NoKeys && pipeline.HasKey(p.Data) {
		v.out.Keys = true
		steps = append(steps, v.withKeys)
	}
	for _, step := range steps {
		if err := ctx.Err(); err != nil {
			return v.out, errs.Wrap(errs.Interrupted, "verify", p.Data, err, "")
		}
		if err := step(ctx); err != nil {
			return v.out, err
		}
	}
	v.limits(check)
	sort.SliceStable(v.out.Findings, func(i, j int) bool { return v.out.Findings[i].Thing < v.out.Findings[j].Thing })
	return v.out, nil
}

func (v *verifier) found(name, thing, what string, args ...any) {
	v.out.Findings = append(v.out.Findings, ledger.Finding{Name: name, Thing: thing, What: fmt.Sprintf(what, args...)})
}

func (v *verifier) note(what string, args ...any) {
	v.out.Notes = append(v.out.Notes, fmt.Sprintf(what, args...))
}

// outside reads what was kept elsewhere.
func (v *verifier) outside() (ledger.CheckOptions, error) {
	var o ledger.CheckOptions
	if v.o.Key != nil {
		k, err := ledger.ParseVerifier(v.o.Key)
		if err != nil {
			return o, err
		}
		o.Key = k
	}
	if v.o.From == nil {
		return o, nil
	}
	k := o.Key
	if k == nil {
		if beside, err := v.log.Verifier(); err == nil {
			k = beside
		}
	}
	c, err := ledger.ParseCheckpoint(v.o.From, k)
	if errors.Is(err, ledger.ErrSignature) && o.Key == nil {
		v.found(ledger.OtherKey, "data/ledger/verifier.txt", "your checkpoint is signed with another key than the one that stands beside the ledger")
		c, err = ledger.ParseCheckpoint(v.o.From, nil)
	}
	if err != nil {
		return o, err
	}
	o.Older = &c
	return o, nil
}

// leaf takes down what the rest is held against.
func (v *verifier) leaf(index int64, leaf ledger.Leaf) {
	switch leaf.Kind {
	case ledger.Published:
		v.published = append(v.published, event{index, leaf.Subject, leaf.Run, leaf.Sum("manifest")})
	case ledger.Held:
		v.held = append(v.held, event{index, leaf.Subject, leaf.Run, leaf.Sum("manifest")})
	case ledger.Aborted:
		v.aborted[leaf.Subject] = true
	case ledger.Restored:
		v.restored = index
	case ledger.RunEnded:
		v.ended[leaf.Run] = index
	case ledger.Accessed:
		v.reads = append(v.reads, pipeline.ReadsOf(leaf))
	case ledger.Acted:
		v.frames[pipeline.EntryOf(leaf)] = leaf.Sum("frame")
	case ledger.Destroyed:
		for _, s := range leaf.Sums {
			v.destroyed[s.Name] = leaf.Subject
		}
	}
	if l, ok := ledger.ListingOf(index, leaf); ok {
		v.listings = append(v.listings, l)
	}
}

// inForce is the last publication that was not aborted.
func (v *verifier) inForce() (event, bool) {
	for i := len(v.published) - 1; i >= 0; i-- {
		if !v.aborted[v.published[i].id] {
			return v.published[i], true
		}
	}
	return event{}, false
}

func (v *verifier) pointers(context.Context) error {
	want, any := v.inForce()
	line, err := os.ReadFile(filepath.Join(v.p.Data, "CURRENT"))
	f := strings.Fields(string(line))
	switch {
	case errors.Is(err, os.ErrNotExist) && !any:
		v.note("nothing is published yet")
	case errors.Is(err, os.ErrNotExist):
		v.found(ledger.PointerEdited, "CURRENT", "it is gone; the ledger has %s in force since leaf %d", want.id, want.leaf)
	case err != nil:
		return errs.Wrap(errs.Input, "verify", "CURRENT", err, "run as the user that owns the data folder")
	case len(f) != 3 || string(line) != strings.Join(f, " ")+"\n":
		v.found(ledger.PointerEdited, "CURRENT", "it is not one line of snapshot, ledger index and signature")
	case !any && f[1] == "-":
		v.note("what is published was published before there was a ledger; the next run that brings something puts it on record")
	case !any:
		v.found(ledger.RecordMissing, "CURRENT", "it names leaf %s, and the ledger knows no publication", f[1])
	case f[0] == want.id && f[1] == strconv.FormatInt(want.leaf, 10):
	case f[0] == want.id:
		v.found(ledger.PointerEdited, "CURRENT", "it names leaf %s; %s was published as leaf %d", f[1], want.id, want.leaf)
	default:
		v.wrongPointer(f, want)
	}
	return v.heldPointer()
}

// wrongPointer words a pointer that does not name what is in force.
func (v *verifier) wrongPointer(f []string, want event) {
	for _, e := range v.published {
		if e.id != f[0] {
			continue
		}
		if m, err := readManifestOf(v.p.Data, want.id); err == nil && m.Previous == f[0] && v.ended[want.run] < want.leaf {
			v.note("%s is on record as published (leaf %d) and CURRENT still names the one before: a run was cut there; the next run finishes it", want.id, want.leaf)
			return
		}
		v.found(ledger.OlderSnapshot, "CURRENT", "it names %s, published as leaf %d; the newest publication is %s, leaf %d: an older state was put back", f[0], e.leaf, want.id, want.leaf)
		return
	}
	v.found(ledger.PointerEdited, "CURRENT", "it names %s, which was never published; the ledger has %s in force since leaf %d", f[0], want.id, want.leaf)
}

func (v *verifier) heldPointer() error {
	line, err := os.ReadFile(filepath.Join(v.p.Data, "HELD"))
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	if err != nil {
		return errs.Wrap(errs.Input, "verify", "HELD", err, "run as the user that owns the data folder")
	}
	f := strings.Fields(string(line))
	if len(f) == 3 && f[1] == "-" {
		v.note("a snapshot was held before there was a ledger")
		return nil
	}
	if n := len(v.held); len(f) != 3 || n == 0 || v.held[n-1].id != f[0] || strconv.FormatInt(v.held[n-1].leaf, 10) != f[1] {
		v.found(ledger.PointerEdited, "HELD", "it does not name what the ledger has on record as held")
	}
	return nil
}

// journal holds the entries against their leaves.
func (v *verifier) journal(context.Context) error {
	last := int64(0)
	whole, err := journal.Frames(v.p.Data, func(f journal.Frame) error {
		last = f.Seq
		v.out.Entries++
		if want, ok := v.frames[f.Seq]; ok && want != f.Hash {
			v.found(ledger.JournalChanged, "journal/journal.cbj", "entry %d is not the one that the ledger has seen", f.Seq)
		}
		return nil
	})
	if e, ok := errs.Of(err); ok && e.Kind == errs.Integrity {
		v.found(ledger.JournalChanged, "journal/journal.cbj", "after entry %d: %s", last, e.Msg)
		return nil
	}
	if err != nil {
		return err
	}
	most := int64(0)
	for seq := range v.frames {
		most = max(most, seq)
	}
	if most > last {
		v.found(ledger.JournalShortened, "journal/journal.cbj", "it ends at entry %d, the ledger has seen entries up to %d: acts of people are missing", last, most)
	} else if !whole {
		v.note("the journal ends with half an entry: a cut; it never counted, and the next act overwrites it")
	}
	if last > most {
		v.note("entries %d to %d of the journal have no leaf yet: the next run or act makes it good", most+1, last)
	}
	return nil
}

// withKeys looks at what only a holder of keys can.
func (v *verifier) withKeys(ctx context.Context) error {
	dirs, err := pipeline.DirsOf(v.p.Data)
	if err != nil {
		return err
	}
	if _, err := os.Stat(filepath.Join(v.p.Data, "CURRENT")); err == nil {
		if err := store.CheckPointers(dirs); err != nil {
			if e, ok := errs.Of(err); ok && e.Kind == errs.Integrity {
				v.found(ledger.PointerEdited, e.Thing, "%s", e.Msg)
			} else {
				return err
			}
		}
	}
	if _, err := journal.Open(v.p.Data, dirs.Key).Read(0); err != nil {
		if e, ok := errs.Of(err); ok && e.Kind == errs.Integrity {
			v.found(ledger.JournalChanged, "journal/journal.cbj", "%s", e.Msg)
		} else {
			return err
		}
	}
	if err := v.accessLog(dirs.Key); err != nil {
		return err
	}
	if err := v.keyFiles(dirs.Key); err != nil {
		return err
	}
	faults, err := store.CheckViews(dirs, func(role string) opaque.Key { return pipeline.ViewKey(dirs.Key, role) })
	if err != nil {
		return err
	}
	for _, f := range faults {
		v.found(ledger.FileChanged, f.Path, "%s", f.What)
	}
	if v.o.Sample <= 0 || len(v.out.Findings) > 0 {
		return nil
	}
	s, err := pipeline.Published(v.p)
	if e, ok := errs.Of(err); ok && e.Kind == errs.Input {
		return nil // nothing is published
	}
	if err != nil {
		return err
	}
	defer func() { _ = s.Close() }()
	if err := v.rows(ctx, s); err != nil {
		return err
	}
	return v.values(ctx, s)
}

// values draws golden values, makes each again from its source row, and holds the
// row against the commitment made when it was loaded.
func (v *verifier) values(ctx context.Context, s *store.Snapshot) error {
	paper, err := pipeline.Sample(ctx, v.p, s, v.o.Sample, s.Info().ID)
	if err != nil {
		return err
	}
	rows := map[string]int{}
	for _, l := range paper.Lines {
		rows[l.Row]++
		if !l.Agrees {
			v.found(ledger.ValueChanged, s.Info().ID, "%s of client %s: %s", l.Attr, l.ClientID[:12], l.Finding)
		}
	}
	v.note("%d of %d drawn values come out again from their source rows; of the rows %d are proven, %d destroyed by request, %d without a commitment", paper.Agree, paper.Drawn,
		rows[string(pipeline.CommitmentProven)], rows[string(pipeline.CommitmentDestroyed)], rows[string(pipeline.CommitmentAbsent)])
	return nil
}

// accessLog holds the reads against the leaves that runs wrote of them.
func (v *verifier) accessLog(key opaque.Key) error {
	bad, err := access.Open(v.p.Data, key).CheckAll(v.reads)
	if e, ok := errs.Of(err); ok && e.Kind == errs.Integrity {
		v.found(ledger.FileChanged, "access", "%s", e.Msg)
		return nil
	}
	if bad != nil {
		v.found(ledger.FileChanged, "access", "reads %d to %d are not those that the ledger has on record", bad.From, bad.To)
	}
	return err
}

// rows counts the published rows again and compares their root.
func (v *verifier) rows(ctx context.Context, s *store.Snapshot) error {
	root, err := s.CountRoot(ctx)
	if err != nil {
		return err
	}
	if want := s.Info().Manifest.RowRoot; want == "" {
		v.note("the manifest of %s has no row root (it was made by a delta); its rows have root %s", s.Info().ID, root)
	} else if root != want {
		v.found(ledger.ManifestChanged, s.Info().ID, "its rows have another root than the manifest says")
	}
	return nil
}

// limits says what nobody could have found with what was given.
func (v *verifier) limits(o ledger.CheckOptions) {
	if o.Older == nil {
		v.out.Unseen = append(v.out.Unseen, "without a checkpoint that was kept elsewhere (--from): that the whole ledger was written anew, or cut back to an earlier state, by somebody who holds the keys")
	}
	if o.Key == nil {
		v.out.Unseen = append(v.out.Unseen, "without the public key that was kept elsewhere (--key): that everything was signed again with another key")
	}
	if o.Older != nil && o.Older.Size < v.out.Leaves {
		v.out.Unseen = append(v.out.Unseen, fmt.Sprintf("leaves %d to %d are younger than your checkpoint: they may have been written anew by somebody who holds the keys; anchor the checkpoint of today (clientbase ledger anchor)", o.Older.Size, v.out.Leaves-1))
	}
	if !v.out.Keys {
		v.out.Unseen = append(v.out.Unseen, "without keys: a changed signature in CURRENT or HELD, which readers refuse anyway, and changes of the access log")
	}
}
