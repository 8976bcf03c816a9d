package search

// hint is a set of groups of words that a line holds. Most lines of a log
// hold none, and no format but those that look at the first byte needs to
// read them.
type hint uint32

const (
	hintTrace  hint = 1 << iota // a Python traceback
	hintExcept                  // the name of an exception
	hintError                   // the word error
	hintLevel                   // a level worse than info
	hintCrash                   // panics, signals, assertions
	hintKill                    // the kernel's or Kubernetes' out-of-memory killer
	hintExit                    // exit codes
	hintCause                   // Java and .NET chains
	hintRPC                     // gRPC statuses
	hintPods                    // states of pods and containers
	hintSetup                   // pip, conda, npm, helm
	hintMinio                   // MinIO's blocks
	hintFail                    // phrases of failure without a mark
	hintCode                    // codes and messages of answers
)

// hintWords are four letters, in lower case, of each word.
var hintWords = []struct {
	set   hint
	words []string
}{
	{hintTrace, []string{"ceba"}},
	{hintExcept, []string{"cept", "rror", "exit", "rupt", "eout"}},
	{hintError, []string{"erro", "err]", "e | ", "eror"}},
	{hintLevel, []string{"warn", "fata", "crit", "seve", "pani", "aler", "emer", "c | ", "w | "}},
	{hintCrash, []string{
		"pani", "fata", "sigs", "siga", "sigi", "sigb", "sigk", "sign", "term", "asse", "segm", "ille", "abor", "core", "corr", "free",
		"glib", "smas", "shar", "bad_", "what", "goro",
	}},
	{hintKill, []string{"kill", "oom-", "oomk", "of m", "segf", "trap", "ext4", "i/o "}},
	{hintExit, []string{"exit"}},
	{hintCause, []string{"caus", "--->", "unha", "unca"}},
	{hintRPC, []string{"rpc ", "usco", "ails", "erpc"}},
	{hintPods, []string{
		"runn", "pend", "back", "oomk", "comp", "imag", "crea", "evic", "unkn", "erro", "term", "init", "norm", "warn", "fail", "exit",
		"unhe", "star", "boun", "lost", "notr",
	}},
	{hintSetup, []string{"npm ", "solv", "erro", "fail", "notf", "solu", "pnpm", "unsa", "beca", "depe", "requ"}},
	{hintMinio, []string{"api:"}},
	{hintFail, []string{
		"fail", "refu", "deni", "no s", "time", "unav", "unau", "cann", "coul", "unab", "not ", "exce", "in u", "allo", "rese", "reac", "rout",
		"x509", "toom", "mani", "exec", "perm", "glib", "kill", "exit", "ille", "inva", "busy", "abor", "dead", "larg", "unsu", "bad ", ": eo", "[exp", "[act", "[col", "[dat",
	}},
	{hintCode, []string{"code", "sage", "msg\"", "reas"}},
}

// hintTable finds the words by their four bytes.
type hintTable struct {
	filter [wordSlots / 64]uint64
	sets   map[uint32]hint
}

var hintIndex = buildHints()

func buildHints() *hintTable {
	t := &hintTable{sets: map[uint32]hint{}}
	for _, group := range hintWords {
		for _, w := range group.words {
			var g uint32
			for i := range 4 {
				g = gram(g, w[i])
			}
			t.sets[g] |= group.set
			slot := gramSlot(g)
			t.filter[slot/64] |= 1 << (slot % 64)
		}
	}
	return t
}

// hintsOf reads a line once and returns which groups it holds words of.
func hintsOf(line string) hint {
	var g uint32
	var found hint
	for i := 0; i < len(line); i++ {
		g = gram(g, line[i])
		slot := gramSlot(g)
		if hintIndex.filter[slot/64]&(1<<(slot%64)) != 0 {
			found |= hintIndex.sets[g]
		}
	}
	return found
}
