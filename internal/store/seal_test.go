package store

import (
	"context"
	"os"
	"testing"
)

// Files are summed as soon as they are closed; one that is opened and written
// again is summed again.
func TestWhatChangesAfterTheChecksIsSealedAnew(t *testing.T) {
	ctx := context.Background()
	d, old := published(t)
	s := begin(t, d, "run2", old)
	must(t, s.DeleteClients(ctx, []int32{2}))
	must(t, s.Checks(ctx, nil))
	must(t, s.Insert(ctx, "clients", clientsBatch(2, 3, func(int) string { return "Новов" })))
	must(t, s.Checks(ctx, nil))
	must(t, os.WriteFile(s.StateFile("cursors.json"), []byte("{}"), 0o600))
	_, err := s.Publish(ctx, testManifest("run2"))
	must(t, err)
	now := open(t, d)
	must(t, now.Verify())
	if got := table(t, now, "SELECT display_name FROM clients WHERE client_no = 2"); got[0][0] != "Новов" {
		t.Errorf("name: %v", got)
	}
	for _, f := range now.Info().Manifest.Files {
		if f.SHA256 == "" || f.Name == leaseName {
			t.Errorf("%s stands in the manifest without a sum", f.Name)
		}
	}
}
