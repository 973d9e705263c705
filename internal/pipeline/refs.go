package pipeline

import (
	"context"
	"errors"
	"slices"
	"strings"

	"github.com/apache/arrow-go/v18/arrow"
	"golang.org/x/sync/errgroup"

	"clientbase/internal/opaque"
	"clientbase/internal/state"
	"clientbase/internal/store"
	"clientbase/schemas"
	"clientbase/transforms"
)

func newTokenizer(project opaque.Key) tokenizer {
	return tokenizer{key: project.Derive("token").Minter(), phone: phoneOf, email: emailOf, memo: map[string]map[string]opaque.Token{}}
}

// phoneOf gives the E.164 number of a cell that holds exactly one usable
// phone; a cell with several says nothing about which one the fact was on.
func phoneOf(cell, region string) string {
	found := ""
	for _, res := range transforms.Phone(cell, region) {
		if !res.Status.Usable() || res.Out == "" {
			continue
		}
		if found != "" {
			return ""
		}
		found = res.Out
	}
	number, _, _ := strings.Cut(found, ";")
	return number
}

// emailOf gives the match key of an e-mail cell.
func emailOf(cell string) string {
	for _, res := range transforms.Email(cell) {
		if res.Status.Usable() {
			return emailKey(res.Out)
		}
	}
	return ""
}

func emailKey(address string) string {
	if key := transforms.EmailKey(address); key != "" {
		return key
	}
	return strings.ToLower(address)
}

// value gives the token of a cleansed protected value: the same that facts
// carry, so that a phone of a call meets the phone of a client.
func (t *tokenizer) value(kind schemas.Kind, v string) opaque.Token {
	name := refKind(kind)
	if name == "" {
		name = string(kind)
	}
	return t.token(name, spelling(kind, v))
}

// refKind names the references that values of a kind make, "" = none.
func refKind(kind schemas.Kind) string {
	switch kind {
	case schemas.KindPhone:
		return schemas.RefPhone
	case schemas.KindEmail:
		return schemas.RefEmail
	case schemas.KindVisitor:
		return schemas.RefVisitor
	}
	return ""
}

// spelling gives what all spellings of a protected value share: a phone without
// its extension, the match key of an e-mail.
func spelling(kind schemas.Kind, v string) string {
	switch kind {
	case schemas.KindPhone:
		v, _, _ = strings.Cut(v, ";")
	case schemas.KindEmail:
		v = emailKey(v)
	}
	return v
}

// contactKinds are the kinds of values by which facts are attached to clients.
var contactKinds = [...]schemas.Kind{schemas.KindPhone, schemas.KindEmail, schemas.KindVisitor}

// contacts are the values of a kind and who holds them, see contactHolders.
type contacts struct {
	list  []holder
	class map[string][]uint32 // attribute → per value 1 + its place in list, 0 = nobody asks
}

// countHolders counts who holds which contact values now.
func (r *river) countHolders() {
	var g errgroup.Group
	for i, kind := range contactKinds {
		g.Go(func() error {
			r.memory.contacts[i] = r.memory.contactHolders(kind, r.p.Dict)
			return nil
		})
	}
	_ = g.Wait() // counting cannot fail
}

// wanted marks the values of a column that a touched client holds or held.
func (m *workspace) wanted(col *state.Column) []bool {
	wanted := make([]bool, col.Dict.Len())
	for _, c := range m.touchedClients {
		for _, row := range m.order[m.first[c]:m.first[c+1]] {
			for _, v := range col.ID[col.Off[row]:col.Off[row+1]] {
				wanted[v] = v != 0
			}
		}
	}
	return wanted
}

// heldBy adds to pairs which clients hold a value of each class in a column now:
// the class above, the client below, sorted, each pair once. Values of class 0 are
// left out.
func (m *workspace) heldBy(pairs []uint64, col *state.Column, class []uint32) []uint64 {
	for row, live := range m.base.Live {
		client := m.base.Client[row]
		if !live || client == state.None {
			continue
		}
		for _, v := range col.ID[col.Off[row]:col.Off[row+1]] {
			if class[v] != 0 {
				pairs = append(pairs, uint64(class[v])<<32|uint64(client))
			}
		}
	}
	slices.Sort(pairs)
	return slices.Compact(pairs)
}

// holders gives how many clients hold a value of an attribute; false where it is
// of no kind that is counted.
func (m *workspace) holders(a schemas.Attr, value uint32) (int32, bool) {
	i := slices.Index(contactKinds[:], a.Kind)
	if i < 0 {
		return 0, false
	}
	c := &m.contacts[i]
	class := c.class[a.ID][value]
	if class == 0 {
		return 0, true
	}
	return c.list[class-1].holders, true
}

// refRow is what a reference leads to.
type refRow struct {
	kind    string
	client  uint32
	holders int32
}

// writeRefs publishes the references of touched clients: their records, and
// the phones and e-mails they hold. A contact point held by several clients
// leads to nobody and says how many; other clients that hold it are told. Nothing
// is put before ready says so.
func (r *river) writeRefs(ctx context.Context, ready func() error) error {
	m := &r.memory
	refs := newTable("refs", func(ctx context.Context, rec arrow.RecordBatch) error {
		if err := ready(); err != nil {
			return err
		}
		if m.full {
			return r.staging.Insert(ctx, "refs", rec)
		}
		return r.staging.Upsert(ctx, "refs", []string{"token"}, rec)
	}, field("token", tokenType), field("kind", textType), field("client_no", arrow.PrimitiveTypes.Int32), field("holders", arrow.PrimitiveTypes.Int32))
	tok := r.newTokenizer()
	tok.memo = nil // no value is asked for twice
	put := func(t opaque.Token, row refRow) error {
		refs.token(t).text(row.kind)
		if row.holders == 1 {
			refs.i32(int32(row.client))
		} else {
			refs.null()
		}
		return refs.i32(row.holders).end(ctx)
	}
	for _, c := range m.touchedClients {
		for _, row := range m.order[m.first[c]:m.first[c+1]] {
			if !m.base.Live[row] || m.manual(row) {
				continue
			}
			if err := put(tok.record(m.base.StreamOf(row), m.base.KeyOf(row)), refRow{schemas.RefRecord, c, 1}); err != nil {
				return err
			}
		}
	}
	var others []store.Shared
	for i, kind := range contactKinds {
		for _, h := range m.contacts[i].list {
			t := tok.token(refKind(kind), h.key)
			if h.others {
				others = append(others, store.Shared{Token: t, Holders: h.holders})
			}
			if err := put(t, refRow{refKind(kind), h.client, h.holders}); err != nil {
				return err
			}
		}
	}
	if err := errors.Join(refs.flush(ctx), ready()); err != nil {
		return err
	}
	return r.staging.SetHolders(ctx, others)
}

// holder is who holds a contact value, in any spelling.
type holder struct {
	key     string // what its spellings share
	client  uint32 // the last client that was counted
	holders int32
	others  bool // a client that is not written anew holds it
}

// contactHolders counts the clients that hold each contact value of a kind which
// a touched client holds or held; of others nothing is asked. Spellings of one
// value count as one, whoever wrote them and under whichever attribute.
func (m *workspace) contactHolders(kind schemas.Kind, dict *schemas.Dictionary) contacts {
	out := contacts{class: map[string][]uint32{}}
	known := map[string]uint32{}
	for _, a := range dict.Attrs {
		col := m.base.Attrs[a.ID]
		if col == nil || a.Kind != kind {
			continue
		}
		class := make([]uint32, col.Dict.Len())
		for v, asked := range m.wanted(col) {
			if !asked {
				continue
			}
			key := spelling(kind, col.Dict.Get(uint32(v)))
			if known[key] == 0 {
				out.list = append(out.list, holder{key: key, client: state.None})
				known[key] = uint32(len(out.list))
			}
			class[v] = known[key]
		}
		out.class[a.ID] = class
	}
	var pairs []uint64
	for _, a := range dict.Attrs { // a client that nothing touched may spell a value otherwise
		class, col := out.class[a.ID], m.base.Attrs[a.ID]
		if class == nil {
			continue
		}
		for v := 1; v < len(class) && len(known) > 0; v++ {
			if class[v] == 0 {
				class[v] = known[spelling(kind, col.Dict.Get(uint32(v)))]
			}
		}
		pairs = m.heldBy(pairs, col, class)
	}
	for _, p := range pairs {
		h := &out.list[p>>32-1]
		h.client = uint32(p)
		h.holders++
		h.others = h.others || !m.full && !m.clientTouched[h.client]
	}
	return out
}
