package bot

import "testing"

func TestDistance(t *testing.T) {
	for _, c := range []struct {
		a, b string
		want int
	}{
		{"etcd", "etcd", 0}, {"etdc", "etcd", 1}, {"etc", "etcd", 1}, {"minio", "mimio", 1}, {"collection", "colection", 1}, {"", "abc", 3}, {"한글", "한굴", 1},
	} {
		if got := distance(c.a, c.b); got != c.want {
			t.Errorf("distance(%q, %q) = %d, want %d", c.a, c.b, got, c.want)
		}
	}
}
