package pipeline

import (
	"strings"

	"clientbase/schemas"
	"clientbase/transforms"
)

// guarded is the published form of a value that its column does not protect:
// contact points and long numbers that stand there by mistake (a phone in the
// column of cities) are masked as in a note. Most values pass at a glance.
func guarded(text string) string {
	digits := 0
	for i := 0; i < len(text); i++ {
		if text[i] >= '0' && text[i] <= '9' {
			digits++
		}
		if text[i] == '@' || digits == 7 {
			return transforms.Mask(text, transforms.Note(text, ""))
		}
	}
	return text
}

// guards tells whether values of a kind are guarded: those that no rule has
// already recognised as what they are.
func guards(kind schemas.Kind) bool {
	switch kind {
	case schemas.KindText, schemas.KindCode, schemas.KindOrgName, schemas.KindFullName, schemas.KindSurname, schemas.KindGiven, schemas.KindPatronymic:
		return true
	}
	return false
}

// masked gives the form in which a protected value may stand in the published
// files: enough to recognise it when one knows it, not enough to use it.
func masked(kind schemas.Kind, v string) string {
	if v == "" {
		return ""
	}
	switch kind {
	case schemas.KindPhone:
		num, _, _ := strings.Cut(v, ";")
		if len(num) < 8 {
			return "•••"
		}
		return num[:4] + "•••" + num[len(num)-2:]
	case schemas.KindEmail:
		local, domain, ok := strings.Cut(v, "@")
		if !ok || local == "" {
			return "•••"
		}
		return string([]rune(local)[:1]) + "•••@" + domain
	case schemas.KindAddress:
		if first, _, more := strings.Cut(v, ","); more && wide(first) {
			return first + ", •••"
		}
		return "•••"
	case schemas.KindPAN:
		return v // truncated before landing
	}
	return maskTail(v)
}

// wide reports whether the first part of a canonical address line is a place
// where many live: a postcode, a region, a town. A street that stands first,
// where no town was written, is none.
func wide(part string) bool {
	if len(part) >= 5 && strings.Trim(part, "0123456789") == "" {
		return true
	}
	for _, p := range []string{"г. ", "м. ", "респ. ", "обл. ", "с. ", "смт ", "пгт ", "пос. "} {
		if strings.HasPrefix(part, p) {
			return true
		}
	}
	for _, e := range []string{" обл.", " край", " р-н", " АО"} {
		if strings.HasSuffix(part, e) {
			return true
		}
	}
	return false
}
