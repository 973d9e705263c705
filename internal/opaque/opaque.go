// Package opaque holds typed values that print as nothing: client data and
// secrets redact themselves in every formatting verb, in JSON, YAML and logs.
// It also makes the keyed tokens that stand for such values.
package opaque

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"hash"
	"io"
	"strings"
	"unicode"
)

const redacted = "[redacted]"

// Value is a client's value or a secret. Reveal is the only way to its text,
// so a search for Reveal lists every place that sees one.
type Value struct{ s string }

// Of wraps s.
func Of(s string) Value { return Value{s} }

// Reveal gives the text.
func (v Value) Reveal() string { return v.s }

// IsEmpty reports whether there is nothing to hide.
func (v Value) IsEmpty() bool { return v.s == "" }

// String redacts.
func (v Value) String() string { return redacted }

// GoString redacts.
func (v Value) GoString() string { return redacted }

// Format redacts under every verb.
func (v Value) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, redacted) }

// MarshalText redacts, for JSON, YAML and loggers.
func (v Value) MarshalText() ([]byte, error) { return []byte(redacted), nil }

// Shape describes a value without giving it: letters become Л (Cyrillic) or
// L, digits 9, runs are counted: "+7916…" → "+9{11}".
func Shape(s string) string {
	var b strings.Builder
	var last rune
	n := 0
	flush := func() {
		if n == 0 {
			return
		}
		b.WriteRune(last)
		if n > 1 {
			fmt.Fprintf(&b, "{%d}", n)
		}
	}
	for _, r := range s {
		c := r
		switch {
		case unicode.IsDigit(r):
			c = '9'
		case unicode.Is(unicode.Cyrillic, r):
			c = 'Л'
		case unicode.IsLetter(r):
			c = 'L'
		}
		if c == last {
			n++
			continue
		}
		flush()
		last, n = c, 1
	}
	flush()
	return b.String()
}

// Key is a secret that makes tokens. The zero Key is invalid.
type Key struct{ b []byte }

// NewKey wraps 32 secret bytes.
func NewKey(b []byte) Key { return Key{append([]byte(nil), b...)} }

// Valid reports whether the key holds bytes.
func (k Key) Valid() bool { return len(k.b) >= 16 }

// Format redacts.
func (k Key) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, redacted) }

// MarshalText redacts.
func (k Key) MarshalText() ([]byte, error) { return []byte(redacted), nil }

// Token is a 128-bit keyed pseudonym of a value. It is comparable and may be
// stored and shown.
type Token [16]byte

// IsZero reports the absent token.
func (t Token) IsZero() bool { return t == Token{} }

// String gives 32 hex digits.
func (t Token) String() string { return hex.EncodeToString(t[:]) }

// Token makes the token of parts under the key: HMAC-SHA-256 over the
// length-prefixed parts, cut to 128 bits. The first part is the domain, for
// example schemas.RefPhone, so equal numbers of different kinds differ.
func (k Key) Token(parts ...string) Token { return k.Minter().Token(parts...) }

// Minter makes many tokens under one key: it keeps the state that the key
// alone decides. One per goroutine.
type Minter struct {
	mac  hash.Hash
	text []byte
	sum  []byte
}

// Minter gives a minter of the key's tokens.
func (k Key) Minter() *Minter { return &Minter{mac: hmac.New(sha256.New, k.b)} }

// Token is Key.Token.
func (m *Minter) Token(parts ...string) Token {
	m.text = m.text[:0]
	for _, p := range parts {
		m.text = append(binary.BigEndian.AppendUint32(m.text, uint32(len(p))), p...)
	}
	m.mac.Reset()
	_, _ = m.mac.Write(m.text)
	m.sum = m.mac.Sum(m.sum[:0])
	return Token(m.sum[:16])
}

// Derive makes a sub-key for a purpose ("token", "batch", "client-id").
func (k Key) Derive(purpose string) Key {
	h := hmac.New(sha256.New, k.b)
	_, _ = io.WriteString(h, "clientbase/"+purpose)
	return Key{h.Sum(nil)}
}
