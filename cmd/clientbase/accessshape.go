package main

import (
	"regexp"
	"slices"
	"strings"

	"clientbase/internal/access"
	"clientbase/internal/opaque"
)

// shapedRead takes names and numbers out of a question, for a role that may not
// see any: what was asked can be told apart, whom it was about cannot. Ids of
// clients stay.
func shapedRead(r access.Read) access.Read {
	switch {
	case r.Verb == "query":
		r.Asked = shapedSQL(r.Asked)
	case r.Verb != "trace":
		words := strings.Fields(r.Asked)
		for i, w := range words {
			if !clientID(w) && !(i == 0 && strings.HasPrefix(r.Verb, "segment ") && len(words) <= 2 && segmentWord.MatchString(w)) {
				words[i] = opaque.Shape(w)
			}
		}
		r.Asked = strings.Join(words, " ")
	}
	r.Flags = slices.Clone(r.Flags)
	for i, f := range r.Flags {
		if name, value, _ := strings.Cut(f, "="); name == "--born" {
			r.Flags[i] = name + "=" + opaque.Shape(value)
		}
	}
	return r
}

var (
	segmentWord = regexp.MustCompile(`^[a-z][a-z0-9_]*$`)
	someHex     = regexp.MustCompile(`^[0-9a-f]{6,32}$`)
	// spoken are the parts of a statement in which a person writes what they like:
	// texts, quoted names, comments, long numbers, and letters that SQL has none of.
	spoken = regexp.MustCompile(`(?s)'(?:[^']|'')*'?|"(?:[^"]|"")*"?|\$\$.*?(?:\$\$|$)|--[^\n]*|/\*.*?(?:\*/|$)|[0-9]{5,}|[^\x00-\x7f]+`)
)

// clientID tells whether a word is an id of a client or its beginning, and no
// number or name.
func clientID(w string) bool {
	return someHex.MatchString(w) && strings.ContainsAny(w, "0123456789") && strings.ContainsAny(w, "abcdef")
}

// shapedSQL leaves the words of a statement, and of what stands in quotes or
// comments the shape.
func shapedSQL(q string) string {
	return spoken.ReplaceAllStringFunc(q, func(s string) string {
		if inner := strings.Trim(s, "'"); len(inner) == 32 && clientID(inner) {
			return s
		}
		return opaque.Shape(s)
	})
}
