package draft

import "embed"

//go:embed known/*.yaml
var known embed.FS

// Known gives the contract and mapping of a format whose columns are always the
// same, as lines below a stream's name; ok is false for the others.
func Known(format string) (body string, ok bool) {
	text, err := known.ReadFile("known/" + format + ".yaml")
	return string(text), err == nil
}
