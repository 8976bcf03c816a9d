package search

import (
	"testing"
	"time"
)

// TestStamp measures and reads times at the start of a line. The want is in
// UTC; empty for a time whose date is not sure, "-" for no time at all.
func TestStamp(t *testing.T) {
	for _, c := range []struct{ text, stamp, want string }{
		{"2024/05/06 07:08:09.123 +00:00] [INFO]", "2024/05/06 07:08:09.123 +00:00", "2024-05-06T07:08:09.123Z"},
		{"2024/05/06 07:08:09.123 +08:00] x", "2024/05/06 07:08:09.123 +08:00", "2024-05-05T23:08:09.123Z"},
		{"2024-05-06T07:08:09.123456789Z stderr F x", "2024-05-06T07:08:09.123456789Z", "2024-05-06T07:08:09.123456789Z"},
		{"2024-05-06T07:08:09.123+0000 [main]", "2024-05-06T07:08:09.123+0000", "2024-05-06T07:08:09.123Z"},
		{"2024-05-06T07:08:09-07:00 x", "2024-05-06T07:08:09-07:00", "2024-05-06T14:08:09Z"},
		{"2024-05-06 07:08:09,123 - name", "2024-05-06 07:08:09,123", "2024-05-06T07:08:09.123Z"},
		{"2024-05-06 07:08:09 UTC x", "2024-05-06 07:08:09 UTC", "2024-05-06T07:08:09Z"},
		{"2024/05/06 07:08:09 text", "2024/05/06 07:08:09", "2024-05-06T07:08:09Z"},
		{"05/06/24 07:08:09] x", "05/06/24 07:08:09", ""},
		{"01/02/2024, 3:04:05 AM   ERROR", "01/02/2024, 3:04:05 AM", ""},
		{"07:08:09.123 [main] INFO", "07:08:09.123", ""},
		{"May  6 07:08:09 host x[1]: y", "May  6 07:08:09", ""},
		{"Jun 10, 2022 5:48:59 PM io.milvus", "Jun 10, 2022 5:48:59 PM", ""},
		{"Mon May  6 07:08:09 2024] Out", "Mon May  6 07:08:09 2024", ""},
		{"Mon 2024-05-06 07:08:09 UTC host", "Mon 2024-05-06 07:08:09 UTC", "2024-05-06T07:08:09Z"},
		{"2024-05-06", "", "-"},
		{"2024-05-06 text", "", "-"},
		{"2024-13-45 07:08:09 x", "2024-13-45 07:08:09", ""},
		{"2024-05-06 27:08:09 x", "2024-05-06 27:08:09", ""},
		{"07:08:09abc", "", "-"},
		{"7:08 text", "", "-"},
		{"1:2:3", "", "-"},
		{"May 6th is the day", "", "-"},
		{"Monday", "", "-"},
		{"10.0.0.1:19530 refused", "", "-"},
		{"", "", "-"},
	} {
		n := stampLen(c.text)
		if c.want == "-" {
			if n != 0 {
				t.Errorf("%q: a time of %d bytes", c.text, n)
			}
			continue
		}
		if c.text[:n] != c.stamp {
			t.Errorf("%q: stamp %q, want %q", c.text, c.text[:n], c.stamp)
			continue
		}
		got := parseStamp(c.text[:n])
		if c.want == "" {
			if !got.IsZero() {
				t.Errorf("%q: %v, want no time", c.stamp, got)
			}
			continue
		}
		if want, err := time.Parse(time.RFC3339Nano, c.want); err != nil || !got.Equal(want) {
			t.Errorf("%q: %v, want %s", c.stamp, got, c.want)
		}
	}
}

// TestStripPrefix takes prefixes off lines and leaves what is no prefix.
func TestStripPrefix(t *testing.T) {
	for _, c := range []struct{ line, text, stamp string }{
		{"milvus-standalone  | text", "text", ""},
		{"name-1 |     at x", "    at x", ""},
		{"milvus-etcd | ", "", ""},
		{"[pod/a/b] text", "text", ""},
		{"2024-05-06T07:08:09Z stderr F     at x", "    at x", "2024-05-06T07:08:09Z"},
		{"2024-05-06T07:08:09Z stdout F", "", "2024-05-06T07:08:09Z"},
		{"[12345.678901] text", "text", ""},
		{"[2024-05-06 07:08:09: ERROR/Main] text", ": ERROR/Main] text", "2024-05-06 07:08:09"},
		{"2024-05-06 07:08:09 [2025/05/06 01:02:03.004 +00:00] [WARN] x", "[WARN] x", "2025/05/06 01:02:03.004 +00:00"},
		{"May  6 07:08:09 host kernel: text", "text", "May  6 07:08:09"},
		{"May  6 07:08:09 host dockerd[12]: text", "text", "May  6 07:08:09"},
		{"a.log:12:[2025/05/06 01:02:03.004 +00:00] x", "x", "2025/05/06 01:02:03.004 +00:00"},
		{"[Nest] 7  - 01/02/2024, 3:04:05 AM   ERROR x", "  ERROR x", "01/02/2024, 3:04:05 AM"},

		{"ERROR    | module:f:1 - text", "ERROR    | module:f:1 - text", ""},
		{"W | etcdserver: text", "W | etcdserver: text", ""},
		{"  | margin", "  | margin", ""},
		{"| a | b |", "| a | b |", ""},
		{"[INFO] text  ", "[INFO] text", ""},
		{"[1] text", "[1] text", ""},
		{"a sentence | with a bar", "a sentence | with a bar", ""},
		{"", "", ""},
	} {
		if got := stripPrefix(c.line); got.text != c.text || got.stamp != c.stamp {
			t.Errorf("%q: %q at %q, want %q at %q", c.line, got.text, got.stamp, c.text, c.stamp)
		}
	}
}
