//go:build !faults

package disk

// op is one mutating call; see fault_on.go.
type op struct{ call, path, to string }

func before(op) error { return nil }

func after(op) {}

func beforeWrite(string, int) (int, error) { return 0, nil }

func struck(err error) error { return err }
