// Package plant makes random secrets and private data in the lines and the
// shapes in which users of Milvus paste them, for tests that look for what is
// left of them. Everything in it is made up and comes from a seed. Nothing but
// tests imports it.
package plant

import (
	"math/rand/v2"
	"slices"
)

// Plant is one line of a log or a setting (a few lines for kinds that need
// them) with a secret in it.
type Plant struct{ Line, Secret string }

// Kind makes secrets of one kind.
type Kind struct {
	// Name is what tests call it.
	Name string
	// Make makes one; the generator decides which.
	Make func(g *Gen) Plant
}

// Shape wraps a line as it can reach a paste.
type Shape struct {
	// Name is what tests call it.
	Name string
	// Wrap puts a line into the shape.
	Wrap func(line string) string
	// Seen is how a secret looks in the shape should it come through.
	Seen func(secret string) string
}

// Secrets are all kinds of secrets: what gives access to something.
func Secrets() []Kind { return slices.Clone(secrets) }

// Private are all kinds of private data: addresses, hosts and names of people.
func Private() []Kind { return slices.Clone(private) }

// Shapes are all shapes. Base64Shape is among them.
func Shapes() []Shape { return slices.Clone(shapes) }

// Base64Shape is the name of the shape that hides the whole line, which makes
// sense for lines of ASCII only.
const Base64Shape = "base64"

// The letters that secrets are made of.
const (
	// Alnums are the ASCII letters and digits.
	Alnums = digits + lowers + uppers
	// Base64 is the standard alphabet of base64.
	Base64 = Alnums + "+/"

	digits  = "0123456789"
	lowers  = "abcdefghijklmnopqrstuvwxyz"
	uppers  = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
	b64url  = Alnums + "-_"
	hexes   = "0123456789abcdef"
	symbols = Alnums + "!@#%^*+~"
)

// Gen makes random strings. It is not safe for concurrent use.
type Gen struct{ *rand.Rand }

// New returns a generator that makes the same for the same two seeds.
func New(seed1, seed2 uint64) *Gen { return &Gen{rand.New(rand.NewPCG(seed1, seed2))} }

// From is n bytes of an alphabet of ASCII.
func (g *Gen) From(alphabet string, n int) string {
	b := make([]byte, n)
	for i := range b {
		b[i] = alphabet[g.IntN(len(alphabet))]
	}
	return string(b)
}

// Mixed is n bytes, at least four, of an alphabet, with letters of both cases
// and digits among them.
func (g *Gen) Mixed(alphabet string, n int) string {
	return g.From(lowers, 1) + g.From(uppers, 1) + g.From(digits, 2) + g.From(alphabet, n-4)
}

// Pick is one of the words.
func (g *Gen) Pick(words ...string) string { return words[g.IntN(len(words))] }

func (g *Gen) password() string { return g.Mixed(symbols, 8+g.IntN(12)) }
