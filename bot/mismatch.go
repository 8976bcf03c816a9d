package bot

import (
	"regexp"
	"slices"

	"github.com/milvus-medic/medic/search"
)

// pairedSDKs are the clients whose releases follow those of the server: their
// major and minor version is that of the servers they are made for. Source:
// the tables of Milvus's release notes, which name one of each for every
// server. Others count their versions for themselves.
var pairedSDKs = []string{"pymilvus", "milvus-sdk-java", "milvus2-sdk-node"}

// lineRE takes the release line out of a version, "2.4" of "v2.4.13-hotfix".
var lineRE = regexp.MustCompile(`^v?(\d{1,2}\.\d{1,2})(?:\.|-|$)`)

// mismatch is a server and a client of different release lines.
type mismatch struct{ server, sdk, version, want string }

// mismatchOf compares what a paste says of server and client; zero where they
// fit, or where one of them is not known.
func mismatchOf(e search.Environment) mismatch {
	server, client := lineRE.FindStringSubmatch(e.Milvus), lineRE.FindStringSubmatch(e.SDKVersion)
	if server == nil || client == nil || server[1] == client[1] || !slices.Contains(pairedSDKs, e.SDK) {
		return mismatch{}
	}
	return mismatch{e.Milvus, e.SDK, e.SDKVersion, server[1] + ".x"}
}

// text is the sentence on it, or "".
func (m mismatch) text(say func(string, ...data) string) string {
	if m == (mismatch{}) {
		return ""
	}
	return say("mismatch", data{"Server": plainText(m.server), "SDK": m.sdk, "Version": plainText(m.version), "Want": m.want})
}
