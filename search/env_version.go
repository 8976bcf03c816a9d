package search

import "strings"

// versionName is whose version follows a name.
type versionName struct {
	name  string
	sdk   string // the client library; empty for the server
	rank  int    // the lower, the more certain
	exact bool   // the name stands at the start of a word
}

// versionNames are looked for before each version of a text. The server's
// own image is the surest sign of what runs.
var versionNames = []versionName{
	{"milvusdb/milvus", "", 0, false}, {"milvusdb/milvus-gpu", "", 0, false}, {"/milvus", "", 1, false},
	{"milvus server", "", 1, true}, {"milvus-standalone", "", 2, true}, {"milvus standalone", "", 2, true}, {"milvus cluster", "", 2, true},
	{"milvus image", "", 1, true}, {"milvus_version", "", 1, true}, {"milvus", "", 2, true}, {"[version", "", 1, false}, {"server_version", "", 2, true},
	{"server", "", 3, true}, {"milvus版本", "", 1, false}, {"milvus 版本", "", 1, false}, {"milvus 버전", "", 1, false},

	{"pymilvus", "pymilvus", 0, true}, {"milvus-sdk-java", "milvus-sdk-java", 0, true}, {"milvus2-sdk-node", "milvus2-sdk-node", 0, false},
	{"milvus-sdk-go", "milvus-sdk-go", 0, false}, {"milvus-sdk-go/v2", "milvus-sdk-go", 0, false}, {"milvus/client/v2", "milvus-sdk-go", 0, false},
	{"milvus.client", "milvus-sdk-csharp", 0, true}, {"milvus-sdk-csharp", "milvus-sdk-csharp", 0, true}, {"milvus-sdk-cpp", "milvus-sdk-cpp", 0, false},
	{"milvus-lite", "milvus-lite", 1, true}, {"milvus_lite", "milvus-lite", 1, true}, {"milvus lite", "milvus-lite", 1, true},
	{"langchain-milvus", "langchain-milvus", 2, true}, {"langchain_milvus", "langchain-milvus", 2, true},
}

// versionFillers may stand between a name and its version.
var versionFillers = []string{"version", "versions", "ver", "is", "at", "on", "tag", "release", "version is", "pkg"}

const (
	// maxVersionLead is how far before a version its name is looked for.
	maxVersionLead = 90
	// worstRank is above the rank of every name.
	worstRank = 9
)

// versions finds the versions of the server and of the client library in a
// text in lower case.
func (e *Environment) versions(lower string) {
	server, sdk := worstRank, worstRank
	banner := strings.Contains(lower, "welcome to use milvus")
	for i := 1; i < len(lower); {
		dot := strings.IndexByte(lower[i:], '.')
		if dot < 0 {
			break
		}
		i += dot
		start, end := versionAt(lower, i)
		if end == 0 {
			i++
			continue
		}
		i = end
		version := lower[start:end]
		n, ok := nameBefore(lower[max(0, start-maxVersionLead):start], banner)
		switch {
		case !ok:
		case n.sdk != "":
			if n.rank < sdk {
				sdk, e.SDK, e.SDKVersion = n.rank, n.sdk, version
			}
		case n.rank < server && version[0] == '2' && version[1] == '.':
			server, e.Milvus = n.rank, version
		}
	}
	if server > 0 {
		if tag := masterTag(lower); tag != "" {
			e.Milvus = tag
		}
	}
}

// versionAt returns the span of the version whose first dot is at i: two or
// three numbers with what is joined to them, "2.4.13-hotfix", "2.4.0rc1" or
// "2.4-20240506-8b23a93". end is 0 for other numbers: times, addresses,
// decimals.
func versionAt(s string, i int) (start, end int) {
	start = i
	for start > 0 && i-start < 3 && isNumeral(s[start-1]) {
		start--
	}
	end = i + 1 + numerals(s[i+1:])
	if i-start < 1 || i-start > 2 || end == i+1 || end-i > 4 || start > 0 && (isNumeral(s[start-1]) || s[start-1] == '.') {
		return 0, 0
	}
	if end < len(s) && s[end] == '.' {
		if n := numerals(s[end+1:]); n > 0 && n <= 3 {
			end += 1 + n
			if end+1 < len(s) && s[end] == '.' && isNumeral(s[end+1]) {
				return 0, 0 // an address
			}
		}
	} else if end+1 >= len(s) || s[end] != '-' || numerals(s[end+1:]) != 8 {
		return 0, 0 // a decimal
	}
	return start, end + suffixLen(s[end:])
}

// suffixLen returns the length of what is joined to a version: "-rc1",
// "-hotfix", "rc2", ".post1.dev8", "-gpu-beta", "-20240506-8b23a93".
func suffixLen(s string) int {
	total := 0
	for range 4 {
		n := 0
		for n < len(s) && (s[n] == '-' || s[n] == '.') && n < 1 {
			n++
		}
		word := n
		for word < len(s) && word-n < 20 && isWordByte(s[word]) && s[word] != '_' {
			word++
		}
		w := s[n:word]
		known := strings.HasPrefix(w, "rc") || strings.HasPrefix(w, "post") || strings.HasPrefix(w, "dev") || w == "hotfix" || w == "beta" || w == "gpu" ||
			w == "latest" || w == "preview" || strings.HasPrefix(w, "alpha") ||
			n == 1 && s[0] == '-' && len(w) >= 7 && (numerals(w) == len(w) || isHex(w)) || n == 1 && total > 0 && len(w) <= 2 && w != "" && numerals(w) == len(w)
		if !known {
			break
		}
		total += word
		s = s[word:]
	}
	return total
}

// nameBefore returns whose version follows the text.
func nameBefore(lead string, banner bool) (versionName, bool) {
	if at := strings.LastIndexByte(lead, '\n'); at >= 0 {
		before, line := strings.TrimRight(lead[:at], " \n"), lead[at+1:]
		if strings.TrimSpace(line) == "<version>" { // of a Maven dependency
			lead = strings.TrimSuffix(before, "</artifactid>")
		} else {
			lead = line
		}
	}
	if strings.HasSuffix(strings.TrimRight(lead, "v \""), "e.g.") || strings.Contains(lead, "(e.g. ") && !strings.Contains(lead, ")") {
		return versionName{}, false
	}
	bare := strings.TrimRight(lead, "v ")
	if strings.HasSuffix(bare, "<") || strings.HasSuffix(bare, ">") || strings.HasSuffix(bare, "=") && strings.ContainsAny(bare[max(0, len(bare)-2):], "<>!~") {
		if !strings.HasSuffix(lead, "milvus-sdk-java") && !strings.Contains(lead, "artifactid") {
			return versionName{}, false // what another package asks for
		}
	}
	for range 3 {
		lead = strings.TrimRight(trimVersionMark(lead), " \t\"'`=:@(~^-_>*,|")
		if strings.HasSuffix(lead, ")") || strings.HasSuffix(lead, "]") {
			if open := strings.LastIndexAny(lead, "(["); open >= 0 {
				lead = strings.TrimRight(lead[:open], " ")
			}
		}
		if n, ok := namedBy(lead); ok {
			return n, true
		}
		if banner && (lead == "version" || strings.HasSuffix(lead, "| version") || lead == "version:   pkg/") {
			return versionName{rank: 1}, true
		}
		shorter := lead
		for _, f := range versionFillers {
			if rest, ok := strings.CutSuffix(lead, f); ok && (rest == "" || !isWordByte(rest[len(rest)-1]) || rest[len(rest)-1] == '_') {
				shorter = rest
			}
		}
		if shorter == lead {
			return versionName{}, false
		}
		lead = strings.TrimRight(shorter, "/")
		if banner && strings.TrimSpace(strings.TrimRight(lead, ": ")) == "version" {
			return versionName{rank: 1}, true
		}
	}
	return versionName{}, false
}

// trimVersionMark takes the v of "v2.4.1" off, but not the last letter of a
// name.
func trimVersionMark(lead string) string {
	if rest, ok := strings.CutSuffix(lead, "v"); ok && (rest == "" || !isWordByte(rest[len(rest)-1])) {
		return strings.TrimSuffix(rest, "pkg/")
	}
	return lead
}

// namedBy returns the name at the end of a text, the longest if several fit.
func namedBy(lead string) (versionName, bool) {
	var best versionName
	for _, n := range versionNames {
		rest, ok := strings.CutSuffix(lead, n.name)
		if !ok || len(n.name) <= len(best.name) {
			continue
		}
		if n.exact && rest != "" && (isWordByte(rest[len(rest)-1]) || strings.IndexByte("-/.@", rest[len(rest)-1]) >= 0) {
			if n.name != "milvus-sdk-java" && n.name != "langchain-milvus" {
				continue
			}
		}
		best = n
	}
	return best, best.name != ""
}

// masterTag returns the tag of an image that is no release, "master-20240506-8b23a93".
func masterTag(lower string) string {
	_, rest, ok := strings.Cut(lower, "milvusdb/milvus:master-")
	if !ok {
		return ""
	}
	n := 0
	for n < len(rest) && n < 40 && (isWordByte(rest[n]) || rest[n] == '-') {
		n++
	}
	return "master-" + strings.TrimRight(rest[:n], "-")
}
