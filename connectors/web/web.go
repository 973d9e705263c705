// Package web reads what people and companies say on web pages: a polite,
// bounded crawl of listed hosts, WARC files of a crawl that somebody else made,
// and visits and forms as JSON lines or tables.
//
// The life of a page: a start page, or a link on an allowed page, enters the
// queue once; robots.txt is asked first; the page is fetched with the validators
// of the last crawl (ETag, Last-Modified); the answer becomes a WARC record; from
// then on a crawl is a WARC file like any other: card numbers are masked, people
// and organisations are taken from its JSON-LD, bytes and rows land together. The
// cursor (validators and links of each page) is committed with them, so after a cut
// the same pages are asked again.
package web

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"strings"

	"go.yaml.in/yaml/v3"

	"clientbase/connectors"
	"clientbase/connectors/formats"
	"clientbase/connectors/places"
	"clientbase/internal/errs"
	"clientbase/schemas"
)

// Family is the web family.
func Family() connectors.Family {
	return connectors.Family{
		Kind: "web",
		Doc:  "pages with JSON-LD by a polite crawl or from WARC files; visits and forms as JSON lines or tables",
		Check: func(node *yaml.Node, s *schemas.Stream) []connectors.Fault {
			_, faults := decode(node, s)
			return faults
		},
		Open: open,
	}
}

func open(env connectors.Env, node *yaml.Node, s *schemas.Stream) (connectors.Source, error) {
	c, faults := decode(node, s)
	if len(faults) > 0 {
		var l errs.List
		for _, f := range faults {
			l.Add(errs.New(errs.Config, "open", fmt.Sprintf("%s line %d: %s", s.ID(), f.Line, f.Path), f.Msg, f.Hint))
		}
		return nil, l.Err()
	}
	if table, _, ok := asTable(node); ok {
		return tables(env, table, s), nil
	}
	if c.Path != "" {
		return places.NewFiles(env.Dir, c.Path, (&files{env, c, s}).slice), nil
	}
	return &crawls{env, c, s}, nil
}

// crawls is a source whose only slice is the next crawl.
type crawls struct {
	env connectors.Env
	c   Config
	s   *schemas.Stream
}

// Plan gives one crawl. It asks no server.
func (c *crawls) Plan(_ context.Context, from connectors.Cursor) ([]connectors.Slice, error) {
	var old crawlCursor
	if len(from) > 0 {
		if err := json.Unmarshal(from, &old); err != nil {
			return nil, errs.New(errs.Integrity, "plan", c.s.ID(), "the committed cursor cannot be read", "run with --full-refresh to ask for all pages again")
		}
	}
	cr := newCrawl(c.c, c.s.Purpose, c.s.LegalBasis, c.env.Now, old)
	sl := &crawlSlice{cr: cr}
	sl.FileSlice = formats.NewFileSlice(formats.FileSettings{
		Info: connectors.SliceInfo{Name: c.c.Start[0], Size: int64(c.c.Pages), Unit: "pages", AsOf: c.env.Now,
			Detail: fmt.Sprintf("hosts %s, %d pages known", strings.Join(c.c.Hosts, ", "), len(old.Pages))},
		Thing: c.s.ID() + " crawl",
		Card:  c.env.Card, PAN: panColumns(c.s),
		Place: func(context.Context) (formats.Input, io.Closer, error) {
			return formats.Input{Name: "crawl", R: cr, Size: -1}, closer{cr}, nil
		},
		Format: func(in formats.Input) (formats.Reader, error) { return formats.OpenWARC(in, formats.Options{}, nil) },
		Before: func() connectors.Cursor { return from },
		Done:   func(int64, [32]byte) connectors.Cursor { return cr.cursor() },
	})
	return []connectors.Slice{sl}, nil
}

// Close has nothing to release.
func (c *crawls) Close() error { return nil }

// crawlSlice is a FileSlice over a file that is fetched while it is read.
type crawlSlice struct {
	*formats.FileSlice
	cr *crawl
}

// Next gives the next batch; a cancelled context ends the request under way.
func (s *crawlSlice) Next(ctx context.Context) (connectors.Batch, error) {
	s.cr.ctx = ctx
	b, err := s.FileSlice.Next(ctx)
	if err == nil && s.cr.err == errEnd && !s.cr.noted {
		s.cr.noted = true
		b.Notes = append(b.Notes, s.cr.notes()...)
	}
	return b, err
}

type closer struct{ cr *crawl }

func (c closer) Close() error {
	c.cr.client.Close()
	return nil
}
