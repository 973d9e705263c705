package segment

import (
	"math/big"
)

// decimal reads a plain decimal number exactly; nil is not given: the form was
// checked before.
func decimal(s string) *big.Rat {
	r, ok := new(big.Rat).SetString(s)
	if !ok {
		return new(big.Rat)
	}
	return r
}
