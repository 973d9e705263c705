package ordered

import (
	"context"
	"errors"
	"slices"
	"testing"
)

func TestResultsComeInTheOrderOfTheWork(t *testing.T) {
	for _, workers := range []int{1, 2, 7} {
		var got []int
		err := Do(context.Background(), workers, 100, func(_, i int) (int, error) { return i * i, nil }, func(i, square int) error {
			if i != len(got) || square != i*i {
				t.Errorf("%d workers: result %d of piece %d after %d others", workers, square, i, len(got))
			}
			got = append(got, square)
			return nil
		})
		if err != nil || len(got) != 100 || !slices.IsSorted(got) {
			t.Errorf("%d workers: %v, %v", workers, got, err)
		}
	}
}

func TestNothingIsTakenUpAfterAFault(t *testing.T) {
	fault := errors.New("fault")
	for name, do := range map[string]func() (taken int, err error){
		"of the work": func() (taken int, err error) {
			return taken, Do(context.Background(), 3, 100, func(_, i int) (int, error) {
				if i == 10 {
					return 0, fault
				}
				return i, nil
			}, func(i, _ int) error {
				if i >= 10 {
					t.Errorf("piece %d was taken up", i)
				}
				return nil
			})
		},
		"of taking up": func() (taken int, err error) {
			err = Do(context.Background(), 3, 100, func(_, i int) (int, error) { return i, nil }, func(i, _ int) error {
				if taken++; i == 10 {
					return fault
				}
				return nil
			})
			if taken != 11 {
				t.Errorf("%d pieces were taken up", taken)
			}
			return taken, err
		},
	} {
		if _, err := do(); !errors.Is(err, fault) {
			t.Errorf("fault %s: %v", name, err)
		}
	}
	ctx, stop := context.WithCancel(context.Background())
	err := Do(ctx, 2, 1000, func(_, i int) (int, error) { return i, nil }, func(i, _ int) error {
		if i == 5 {
			stop()
		}
		return nil
	})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
}
