// Package registry lists the families of connectors. A new family is one line
// here.
package registry

import (
	"clientbase/connectors"
	"clientbase/connectors/callcentre"
	"clientbase/connectors/cards"
	"clientbase/connectors/command"
	"clientbase/connectors/corebank"
	"clientbase/connectors/web"
)

// All gives every family, in the order in which they are shown.
func All() []connectors.Family {
	return []connectors.Family{
		corebank.Family(),
		cards.Family(),
		callcentre.Family(),
		web.Family(),
		command.Family(),
	}
}

// ByKind finds a family by the word of `kind:`.
func ByKind(kind string) (connectors.Family, bool) {
	for _, f := range All() {
		if f.Kind == kind {
			return f, true
		}
	}
	return connectors.Family{}, false
}
