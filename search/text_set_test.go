package search

import (
	"fmt"
	"math/rand/v2"
	"path"
	"strings"
	"testing/fstest"

	"github.com/milvus-medic/medic/kb"
)

// corpus is a made-up documentation with known answers: some sections quote
// an error text each, all others talk about the same things in the same
// words. The seed is fixed.
type corpus struct {
	sections []kb.Doc
	errors   []knownError
}

// knownError is an error text and the section that quotes it.
type knownError struct {
	template string // "%" stands for values that differ each time
	section  string
}

// perPage is how many sections a page of the corpus has.
const perPage = 8

var (
	setVerbs   = strings.Fields("load release flush compact seal assign allocate register watch recover persist restore merge split index insert delete upsert query search describe create drop rename import export grant revoke balance transfer subscribe consume publish decode encode parse validate lock unlock refresh")
	setNouns   = strings.Fields("collection partition segment shard channel replica alias index field vector schema database user role privilege snapshot checkpoint binlog deltalog statslog cursor session lease token quota message topic offset timestamp node group cluster cache buffer chunk block stream worker task job queue plan request response handle pool bucket object key")
	setParts   = strings.Fields("proxy rootcoord querycoord datacoord querynode datanode indexnode streamingnode etcd minio pulsar kafka woodpecker segcore knowhere delegator scheduler allocator flusher compactor")
	setStates  = strings.Fields("missing stale corrupted locked frozen detached unavailable exhausted duplicated expired orphaned unreachable inconsistent truncated incompatible oversized misaligned uninitialized forbidden deprecated")
	setReasons = strings.Fields("deadline quorum leader checksum dimension capacity throttling handshake certificate timeout permission version partition ordering retention memory disk bandwidth descriptor recursion")
	setFields  = strings.Fields("collectionID segmentID nodeID vchannel traceID msgID dbName partitionID indexID fieldID leaseID requestID offset rowCount maxSize targetVersion")
	setFiller  = syllableWords(3000)
)

// syllableWords makes n words that look like words.
func syllableWords(n int) []string {
	rng := rand.New(rand.NewPCG(3, 5))
	starts := strings.Fields("ba con de fi gra ha in jo ka lu me no or pla qui ra sta tre u ver wa ex")
	ends := strings.Fields("tion ment ing er al ive ous ty ble ance ry le ful ism ate en")
	words := make([]string, n)
	for i := range words {
		w := starts[rng.IntN(len(starts))]
		for range 1 + rng.IntN(2) {
			w += starts[rng.IntN(len(starts))]
		}
		words[i] = w + ends[rng.IntN(len(ends))]
	}
	return words
}

// newCorpus makes n sections, errors of which quote an error text.
func newCorpus(n, errors int) *corpus {
	rng := rand.New(rand.NewPCG(11, 13))
	c := &corpus{}
	known := map[string]bool{}
	for i := range n {
		page := i / perPage
		d := kb.Doc{
			ID: fmt.Sprintf("guide/page-%d#part-%d", page, i%perPage), Kind: kb.KindSection, Lang: "en",
			URL: fmt.Sprintf("https://milvus.io/docs/page-%d.md#part-%d", page, i%perPage),
		}
		d.Title = fmt.Sprintf("%s the %s of a %s", title(pick(rng, setVerbs)), pick(rng, setNouns), pick(rng, setParts))
		d.Body = prose(rng, 60+rng.IntN(120))
		// Errors are spread over the whole, one in each run of n/errors sections.
		if step := n / errors; i%step == 0 && len(c.errors) < errors {
			template := errorText(rng)
			for known[template] {
				template = errorText(rng)
			}
			known[template] = true
			c.errors = append(c.errors, knownError{template, d.ID})
			d.Body += "\nThe log then says: " + fill(rng, template) + "\n" + prose(rng, 30)
		}
		if rng.IntN(3) == 0 {
			d.Code = []string{code(rng)}
		}
		c.sections = append(c.sections, d)
	}
	return c
}

// tree returns the corpus as a documentation tree.
func (c *corpus) tree() fstest.MapFS {
	tree := fstest.MapFS{}
	pages := map[string]*strings.Builder{}
	for _, d := range c.sections {
		page, anchor, _ := strings.Cut(d.ID, "#")
		b := pages[page]
		if b == nil {
			b = &strings.Builder{}
			fmt.Fprintf(b, "---\nid: %s.md\ntitle: Page\n---\n", path.Base(page))
			pages[page] = b
		}
		fmt.Fprintf(b, "## %s {#%s}\n\n%s\n", d.Title, anchor, strings.ReplaceAll(d.Body, "\n", "\n\n"))
		for _, code := range d.Code {
			fmt.Fprintf(b, "\n```python\n%s\n```\n", code)
		}
	}
	for page, b := range pages {
		tree["site/en/"+page+".md"] = &fstest.MapFile{Data: []byte(b.String())}
	}
	return tree
}

func pick(rng *rand.Rand, list []string) string { return list[rng.IntN(len(list))] }

func title(s string) string { return strings.ToUpper(s[:1]) + s[1:] }

// errorText makes the template of an error text.
func errorText(rng *rand.Rand) string {
	verb, noun, other, part, state, reason := pick(rng, setVerbs), pick(rng, setNouns), pick(rng, setNouns), pick(rng, setParts), pick(rng, setStates), pick(rng, setReasons)
	field, second := pick(rng, setFields), pick(rng, setFields)
	switch rng.IntN(5) {
	case 0:
		return fmt.Sprintf("failed to %s %s of %s: %s %s[%s=%%]", verb, noun, part, reason, state, field)
	case 1:
		return fmt.Sprintf("%s %s: %s %s while trying to %s %s[%s=%%][%s=%%]", part, state, noun, reason, verb, other, field, second)
	case 2:
		return fmt.Sprintf("cannot %s %s because %s is %s, %s=%%, %s of %s", verb, noun, other, state, field, reason, part)
	case 3:
		return fmt.Sprintf("%s %s not %sed by %s within %% ms, %s %s", noun, other, verb, part, reason, state)
	}
	return fmt.Sprintf("illegal %s %s for %s, expected %% but the %s is %% (%s: %s)", noun, reason, verb, other, part, state)
}

// fill puts values in the place of the variables of a template.
func fill(rng *rand.Rand, template string) string {
	var out strings.Builder
	for i, part := range strings.Split(template, "%") {
		if i > 0 {
			switch rng.IntN(3) {
			case 0:
				fmt.Fprintf(&out, "%d", 440000000000000000+rng.Int64N(1<<50))
			case 1:
				fmt.Fprintf(&out, "by-dev-rootcoord-dml_%d", rng.IntN(256))
			default:
				fmt.Fprintf(&out, "%d", rng.IntN(5000))
			}
		}
		out.WriteString(part)
	}
	return out.String()
}

// prose makes about n words of text on the same things as the errors.
func prose(rng *rand.Rand, n int) string {
	var out strings.Builder
	for words := 0; words < n; {
		var s string
		switch rng.IntN(8) {
		case 0:
			s = fmt.Sprintf("If the %s cannot %s the %s, look at %s first. ", pick(rng, setParts), pick(rng, setVerbs), pick(rng, setNouns), pick(rng, setFields))
		case 1:
			s = fmt.Sprintf("A %s %s points to %s of the %s. ", pick(rng, setStates), pick(rng, setNouns), pick(rng, setReasons), pick(rng, setParts))
		case 2:
			s = fmt.Sprintf("You can %s a %s while the %s is %s. ", pick(rng, setVerbs), pick(rng, setNouns), pick(rng, setNouns), pick(rng, setStates))
		case 3:
			s = fmt.Sprintf("Set %s.%s%s to %d. ", pick(rng, setParts), pick(rng, setVerbs), title(pick(rng, setNouns)), rng.IntN(100))
		default:
			// Rank r of a word is drawn about as often as 1/r.
			var words []string
			for range 5 + rng.IntN(8) {
				words = append(words, setFiller[int(rng.Float64()*rng.Float64()*rng.Float64()*float64(len(setFiller)))])
			}
			s = "The " + strings.Join(words, " ") + ". "
		}
		words += strings.Count(s, " ")
		out.WriteString(s)
	}
	return out.String()
}

// code makes an example as a third of the sections of the Milvus documentation
// have one, of Python, shell or settings.
func code(rng *rand.Rand) string {
	lines := []string{
		"from pymilvus import MilvusClient, DataType",
		"client = MilvusClient(uri=\"http://localhost:19530\", token=\"root:Milvus\", timeout=10)",
		"with open(\"data/file.json\") as file:",
		"    data = [json.loads(line) for line in file]",
		"def main():",
		"    return handler",
		"    return client.search(collection_name=\"docs\", data=data, limit=3)",
		"python3 -m pip install --upgrade pymilvus",
		"wget https://raw.githubusercontent.com/milvus-io/milvus/master/configs/milvus.yaml -O /usr/local/etc/milvus.yaml",
		"kubectl apply -f values.yaml",
		"docker compose up -d",
		"# call it from the app in your local package",
		"if __name__ == \"__main__\":",
		"    main()",
	}
	var out []string
	for range 6 + rng.IntN(10) {
		if rng.IntN(2) == 0 {
			out = append(out, pick(rng, lines))
			continue
		}
		out = append(out, fmt.Sprintf("client.%s_%s(%s=%d)", pick(rng, setVerbs), pick(rng, setNouns), pick(rng, setFields), rng.IntN(1000)))
	}
	return strings.Join(out, "\n")
}

// oneLine is one line of a log with the error.
func (e knownError) oneLine(rng *rand.Rand) string {
	if rng.IntN(2) == 0 {
		return "Error: " + fill(rng, e.template)
	}
	return fmt.Sprintf(`%s [ERROR] [%s/server.go:%d] ["%s"] [error="%s"]`, stamp(rng), pick(rng, setParts), rng.IntN(900), "request failed", fill(rng, e.template))
}

func stamp(rng *rand.Rand) string {
	return fmt.Sprintf("[2025/03/%02d %02d:%02d:%02d.%03d +00:00]", 1+rng.IntN(28), rng.IntN(24), rng.IntN(60), rng.IntN(60), rng.IntN(1000))
}

// traceback is 30 lines of Python that end with the error.
func (e knownError) traceback(rng *rand.Rand) string {
	out := []string{"Traceback (most recent call last):"}
	for len(out) < 29 {
		file := pick(rng, []string{"app/main.py", "pymilvus/client/grpc_handler.py", "pymilvus/decorators.py", "pymilvus/milvus_client/milvus_client.py", "langchain/vectorstores/milvus.py", "uvicorn/protocols/http.py"})
		out = append(out,
			fmt.Sprintf(`  File "/usr/local/lib/python3.11/site-packages/%s", line %d, in %s_%s`, file, 1+rng.IntN(2000), pick(rng, setVerbs), pick(rng, setNouns)),
			fmt.Sprintf(`    return handler.%s(%s, timeout=timeout, **kwargs)`, pick(rng, setVerbs), pick(rng, setFields)))
	}
	out = append(out, fmt.Sprintf("pymilvus.exceptions.MilvusException: <MilvusException: (code=%d, message=%s)>", 1+rng.IntN(2000), fill(rng, e.template)))
	return strings.Join(out, "\n")
}

// log is 2,000 lines of which a few are the error.
func (e knownError) log(rng *rand.Rand) string {
	const lines = 2000
	noise := []func() string{
		func() string {
			return fmt.Sprintf(`["send request done"] [%s=%d] [took=%dms]`, pick(rng, setFields), rng.Int64(), rng.IntN(900))
		},
		func() string {
			return fmt.Sprintf(`["%s %s start"] [%s=%d] [version="%d"]`, pick(rng, setVerbs), pick(rng, setNouns), pick(rng, setFields), rng.Int64(), rng.IntN(99))
		},
		func() string {
			return fmt.Sprintf(`["sync segment checkpoint"] [vchannel=by-dev-rootcoord-dml_%d] [rows=%d]`, rng.IntN(64), rng.IntN(1<<20))
		},
		func() string {
			return fmt.Sprintf(`["update %s"] [role=%s] [address=10.0.%d.%d:21123]`, pick(rng, setNouns), pick(rng, setParts), rng.IntN(255), rng.IntN(255))
		},
	}
	out := make([]string, lines)
	for i := range out {
		level := "INFO"
		if rng.IntN(40) == 0 {
			level = "WARN"
		}
		out[i] = fmt.Sprintf("%s [%s] [%s/server.go:%d] %s", stamp(rng), level, pick(rng, setParts), rng.IntN(900), noise[rng.IntN(len(noise))]())
	}
	for range 5 {
		out[rng.IntN(lines)] = fmt.Sprintf(`%s [ERROR] [%s/impl.go:%d] ["request failed"] [error="%s"] [stack="github.com/milvus-io/milvus/internal/%s.run"]`,
			stamp(rng), pick(rng, setParts), rng.IntN(900), fill(rng, e.template), pick(rng, setParts))
	}
	return strings.Join(out, "\n")
}

// shapes are the ways in which an error is pasted.
var shapes = []struct {
	name  string
	paste func(e knownError, rng *rand.Rand) string
}{
	{"line", knownError.oneLine},
	{"traceback", knownError.traceback},
	{"log", knownError.log},
}
