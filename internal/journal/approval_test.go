package journal

import "testing"

// Yes counts from another person, after the act, until it is taken back.
func TestApprovalIsASecondPersons(t *testing.T) {
	act := func(seq int64, who string, kind Kind, of, undo int64) Entry {
		e, err := Entry{Seq: seq, Kind: kind, Actor: Actor{User: who}, UndoOf: undo}.WithPayload(Approval{Of: of})
		if err != nil {
			t.Fatal(err)
		}
		return e
	}
	list := []Entry{
		act(1, "anna", KindOverride, 0, 0),
		act(2, "anna", KindApproval, 1, 0),  // her own
		act(3, "boris", KindApproval, 4, 0), // of what is not there yet
		act(4, "anna", KindOverride, 0, 0),
		act(5, "boris", KindApproval, 1, 0),
		act(6, "vera", KindApproval, 1, 0),
		act(7, "boris", KindApproval, 4, 0),
		act(8, "boris", KindApproval, 0, 7),
	}
	for upTo, want := range map[int][2]int64{4: {0, 0}, 5: {5, 0}, 6: {5, 0}, 7: {5, 7}, 8: {5, 0}} {
		got, taken, err := Approved(list[:upTo])
		if err != nil {
			t.Fatal(err)
		}
		for i, of := range []int64{1, 4} {
			seq := int64(0)
			if got[of] != nil {
				seq = got[of].Seq
			}
			if seq != want[i] {
				t.Errorf("after %d acts: entry %d is approved by %d, want %d", upTo, of, seq, want[i])
			}
		}
		if (taken[4] != nil) != (upTo == 8) {
			t.Errorf("after %d acts: taken back %v", upTo, taken[4] != nil)
		}
	}
}
