package outbound

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"clientbase/internal/segment"
)

// valuesAtOnce is how many clients one question for values names.
const valuesAtOnce = 5000

// valuesOf reads fields of clients, by client, in the order of fields. Fields
// come from a checked profile: each is a column of the table clients.
func valuesOf(ctx context.Context, q segment.Queryer, clients []int32, fields []string) (map[int32][]string, error) {
	out := make(map[int32][]string, len(clients))
	if len(fields) == 0 {
		return out, nil
	}
	cols := make([]string, len(fields))
	for i, f := range fields {
		cols[i] = fmt.Sprintf(`coalesce("%s"::VARCHAR, '')`, strings.ReplaceAll(f, `"`, `""`))
	}
	for lo := 0; lo < len(clients); lo += valuesAtOnce {
		part := clients[lo:min(lo+valuesAtOnce, len(clients))]
		in := make([]string, len(part))
		for i, c := range part {
			in[i] = strconv.Itoa(int(c))
		}
		rows, err := q.Query(ctx, "SELECT client_no, "+strings.Join(cols, ", ")+" FROM clients WHERE client_no IN ("+strings.Join(in, ", ")+")")
		if err != nil {
			return nil, err
		}
		for rows.Next() {
			var no int32
			vals := make([]string, len(fields))
			dest := []any{&no}
			for i := range vals {
				dest = append(dest, &vals[i])
			}
			if err := rows.Scan(dest...); err != nil {
				_ = rows.Close()
				return nil, err
			}
			out[no] = vals
		}
		if err := rows.Err(); err != nil {
			_ = rows.Close()
			return nil, err
		}
		if err := rows.Close(); err != nil {
			return nil, err
		}
	}
	return out, nil
}
