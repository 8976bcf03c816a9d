package search

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/milvus-medic/medic/kb"
)

// TestNear pastes error lines that differ from a template, and wants Likely
// for small differences and nothing for a sibling problem.
func TestNear(t *testing.T) {
	e := entry("e", text("search failed: the collection not loaded[collection={name}] on the delegator"))
	for _, c := range []struct {
		name, paste string
		want        bool
	}{
		{"typo", "Error: serach failed: the colection not loaded[collection=docs] on the delegator", true},
		{"changed word", "Error: search failed: the collection not loaded[collection=docs] in the delegator", true},
		{"cut at the end", "Error: search failed: the collection not loaded[collection=do", true},
		{"cut, but not at the end", "Error: search failed: the collection not loaded[\nand then it went on", false},
		{"cut too early", "Error: search failed: the collec", false},
		{"sibling", "Error: search failed: the partition not released[partition=docs] on the delegator", false},
		{"more words", "Error: search failed: the collection not yet entirely loaded[collection=docs] on the delegator", false},
		{"no error line", "what does it mean, a colection not loaded[collection=docs] on the delegator?", false},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := find(t, c.paste, e).Grade() >= Likely; got != c.want {
				t.Errorf("%q: %v, want %v", c.paste, got, c.want)
			}
		})
	}
}

// TestNearSense pastes lines that say something else than a template in few
// characters, which is no near match, and such that say the same with an
// error, which is one.
func TestNearSense(t *testing.T) {
	const (
		negation = "the segment is loaded on the delegator of the channel and can be searched"
		negated  = "the segment is not loaded on the delegator of the channel and cannot be searched"
		ports    = "cannot connect to the address on port 19530 of the proxy, the attempt was refused"
		version  = "the server speaks protocol version 2 and the client wants another of the protocols"
		opposite = "the data node is available again after the session was renewed by the keeper"
	)
	for _, c := range []struct {
		name, template, line string
		want                 bool
	}{
		{"not put in", negation, "the segment is not loaded on the delegator of the channel and can be searched", false},
		{"not left out", negated, "the segment is loaded on the delegator of the channel and cannot be searched", false},
		{"never for not", negated, "the segment is never loaded on the delegator of the channel and cannot be searched", false},
		{"can for cannot", negated, "the segment is not loaded on the delegator of the channel and can be searched", false},
		{"isn't for is", negation, "the segment isn't loaded on the delegator of the channel and can be searched", false},
		{"typos beside not", negated, "teh segment is not loaded on the delegater of the channel and cannot be searchd", true},
		{"opposite", opposite, "the data node is unavailable again after the session was renewed by the keeper", false},
		{"before for after", opposite, "the data node is available again before the session was renewed by the keeper", false},
		{"typos beside the opposites", opposite, "the data nodes is available agian after the session was renewd by the keeper", true},
		{"other port", ports, "cannot connect to the address on port 19531 of the proxy, the attempt was refused", false},
		{"longer number", ports, "cannot connect to the address on port 195300 of the proxy, the attempt was refused", false},
		{"number before", ports, "cannot connect to the address on port 119530 of the proxy, the attempt was refused", false},
		{"shorter number", ports, "cannot connect to the address on port 1953 of the proxy, the attempt was refused", false},
		{"no number", ports, "cannot connect to the address on port of the proxy, the attempt was refused", false},
		{"same port, typos", ports, "canot connect to the adress on port 19530 of the proxy, the atempt was refused", true},
		{"other version", version, "the server speaks protocol version 3 and the client wants another of the protocols", false},
		{"a number elsewhere", version, "the 7 server speaks protocol version 2 and the client wants another of the protocols", true},
	} {
		t.Run(c.name, func(t *testing.T) {
			e := entry("e", text(c.template))
			if got := find(t, "Error: "+c.line, e).Grade() == Likely; got != c.want {
				t.Errorf("%q against %q: %v, want %v", c.line, c.template, got, c.want)
			}
		})
	}
}

// TestNearVariables wants text of any kind where a template has a variable,
// and the words of the variable not to count for the sense of it.
func TestNearVariables(t *testing.T) {
	e := entry("e", text("failed to load the segment {id} because {reason} was found by the query coordinator"))
	for line, want := range map[string]bool{
		"failed to laod the segment 4401 because nothing was found by the query coordinator":                      true,
		"failed to laod the segment 4401 because the disk is not empty, which was found by the query coordinator": true,
		"failed to laod the segment because was found by the query coordinator":                                   true,
		"failed to not load the segment 4401 because nothing was found by the query coordinator":                  false,
	} {
		if got := find(t, "Error: "+line, e).Grade() == Likely; got != want {
			t.Errorf("%q: %v, want %v", line, got, want)
		}
	}
}

// nearEntries makes an entry for each error text of a corpus.
func nearEntries(n int) ([]*kb.Entry, *corpus) {
	c := newCorpus(n, n)
	var entries []*kb.Entry
	for i, e := range c.errors {
		var template strings.Builder
		for j, part := range strings.Split(e.template, "%") {
			if j > 0 {
				fmt.Fprintf(&template, "{v%d}", j)
			}
			template.WriteString(part)
		}
		entries = append(entries, entry(fmt.Sprintf("e%05d", i), text(template.String()+" now")))
	}
	return entries, c
}

// typos changes n letters of a text.
func typos(rng *rand.Rand, s string, n int) string {
	b := []byte(s)
	for range n {
		i := rng.IntN(len(b) - 1)
		if isLower(b[i]) && isLower(b[i+1]) {
			b[i], b[i+1] = b[i+1], b[i]
		}
	}
	return string(b)
}

func isLower(c byte) bool { return 'a' <= c && c <= 'z' }

// TestNearOfMany wants the right one of many alike templates for a line with
// two letters exchanged.
func TestNearOfMany(t *testing.T) {
	const minRight = 0.9
	entries, c := nearEntries(1000)
	x, err := New(entries, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer x.Close()
	rng := rand.New(rand.NewPCG(31, 37))
	right, all := 0, 0
	for i := 0; i < len(c.errors); i += 5 {
		line := typos(rng, fill(rng, c.errors[i].template)+" now", 1)
		v := ask(t, x, "Error: "+line)
		all++
		for _, h := range v.Hits {
			if h.Grade >= Likely && h.Doc.ID == entries[i].ID {
				right++
				break
			}
		}
	}
	t.Logf("%d of %d", right, all)
	if float64(right) < minRight*float64(all) {
		t.Errorf("%d of %d are found", right, all)
	}
}
