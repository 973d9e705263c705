package store

import (
	"context"
	"fmt"
	"testing"
)

// A contact point says how many hold it now, also of a client that is not written anew.
func TestHoldersOfOthersAreSet(t *testing.T) {
	ctx := context.Background()
	d, old := published(t)
	s := begin(t, d, "points", old)
	must(t, s.Insert(ctx, "contact_points", batch("client_no", list(1, 2, 3), "client_id", list(cid(1), cid(2), cid(3)), "attr", list("phone", "phone", "email"),
		"token", list(tok("phone", "1"), tok("phone", "1"), tok("email", "1")), "holders", list(2, 2, 1))))
	_, err := s.Publish(ctx, testManifest("points"))
	must(t, err)
	old = open(t, d)
	s = begin(t, d, "fewer", old)
	must(t, s.DeleteClients(ctx, []int32{2}))
	must(t, s.Insert(ctx, "clients", clientsBatch(2, 3, func(int) string { return "x" })))
	must(t, s.SetHolders(ctx, nil))
	must(t, s.SetHolders(ctx, []Shared{{tok("phone", "1"), 1}, {tok("phone", "2"), 4}}))
	_, err = s.Publish(ctx, testManifest("fewer"))
	must(t, err)
	if got := fmt.Sprint(table(t, open(t, d), "SELECT client_no, attr, holders FROM contact_points ORDER BY ALL")); got != "[[1 phone 1] [3 email 1]]" {
		t.Errorf("holders: %s", got)
	}
}
