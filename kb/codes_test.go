package kb

import "testing"

func TestCodesRead(t *testing.T) {
	table, err := codes()
	if err != nil {
		t.Fatal(err)
	}
	if len(table) < 120 {
		t.Errorf("%d codes", len(table))
	}
	for code, list := range table {
		for _, c := range list {
			if c.Name == "" || c.Table == "merr" && c.Meaning == "" || c.Table != "merr" && c.Table != "old" && c.Table != "status" {
				t.Errorf("%d: %+v", code, c)
			}
		}
	}
	for _, bad := range []string{"1\tmerr\tx", "x\tmerr\tErrX\ty\tno"} {
		if _, err := readCodes(bad); err == nil {
			t.Errorf("%q was read", bad)
		}
	}
}

func TestLookupCode(t *testing.T) {
	for _, c := range []struct {
		code    int
		message string
		want    string
		retry   bool
	}{
		{1100, "whatever", "invalid parameter", false},
		{101, "collection not loaded[collection=x]", "collection not loaded", false},
		{8, "rate limit exceeded[rate=0.1]", "rate limit exceeded", true},
		{8, "index type is illegal", "", false}, // an older server's code 8
		{65535, "unexpected error", "", false},
		{1, "service not ready", "", false},
		{0, "", "", false},
		{424242, "", "", false},
	} {
		got, ok := LookupCode(c.code, c.message)
		if ok != (c.want != "") || got.Meaning != c.want || got.Retriable != c.retry {
			t.Errorf("%d %q: %+v %v, want %q", c.code, c.message, got, ok, c.want)
		}
	}
}
