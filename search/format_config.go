package search

import (
	"strconv"
	"strings"
)

// maxConfigLines is the longest paste in which settings are looked for:
// settings are short, logs are long.
const maxConfigLines = 3000

// maxConfigList is the most bytes of the items of one list that are kept.
const maxConfigList = 1000

// setting is one value of a milvus.yaml or of Helm values.
type setting struct {
	value string // lower case, without quotes and comment; the items of a list joined by commas
	line  int
}

// settings are values by their path, such as "externalS3.host".
type settings map[string]setting

// milvus returns a setting of milvus.yaml, also where it stands in what the
// Helm chart or the operator adds to that file.
func (s settings) milvus(path string) (setting, bool) {
	for _, at := range []string{"", "extraConfigFiles.", "spec.config."} {
		if found, ok := s[at+path]; ok {
			return found, true
		}
	}
	return setting{}, false
}

// on tells whether a setting is written as true.
func (s settings) on(path string) bool { return s[path].value == "true" }

// configFacts reads pasted settings and names the combinations of them that
// are known not to work:
//
//	config/kafka/pulsar-on           an external Kafka beside the Pulsar of the chart
//	config/pulsar/both               the Pulsar 2 and the Pulsar 3 of the chart
//	config/pulsar/message-size       messages larger than the broker or the bookies of the same values take
//	config/etcd/external-localhost   an external etcd in the pod of Milvus, which the chart has as example
//	config/object-storage/path-style a store that wants the bucket in the host name, addressed by path
//	config/object-storage/scheme     an address that starts with http:// or https://
//
// Each contradicts itself, whatever the cluster looks like. What depends on
// settings that are not in the paste is not judged, but for the Pulsar of the
// chart, which runs unless a setting turns it off.
func configFacts(lines []string) []fact {
	if len(lines) > maxConfigLines {
		return nil
	}
	s := readSettings(lines)
	var facts []fact
	if s.on("externalKafka.enabled") && s["pulsar.enabled"].value != "false" && s["pulsarv3.enabled"].value != "false" {
		facts = append(facts, fact{"config/kafka/pulsar-on", s["externalKafka.enabled"].line})
	}
	if s.on("pulsar.enabled") && s.on("pulsarv3.enabled") {
		facts = append(facts, fact{"config/pulsar/both", s["pulsarv3.enabled"].line})
	}
	if line, ok := s.messageTooLarge(); ok {
		facts = append(facts, fact{"config/pulsar/message-size", line})
	}
	if at := s["externalEtcd.endpoints"]; s.on("externalEtcd.enabled") && allLocal(at.value) {
		facts = append(facts, fact{"config/etcd/external-localhost", at.line})
	}
	return append(facts, s.storageFacts()...)
}

// messageTooLarge finds a limit of the chart's Pulsar below what it is sent:
// the broker's below that of Milvus, or the frame of the bookies below the
// broker's. Only Pulsar 2 has a limit of Milvus of its own in the values; with
// Pulsar 3 the chart gives Milvus the broker's.
func (s settings) messageTooLarge() (int, bool) {
	for _, pair := range [][2]string{
		{"pulsar.maxMessageSize", "pulsar.broker.configData.maxMessageSize"},
		{"pulsar.broker.configData.maxMessageSize", "pulsar.bookkeeper.configData.nettyMaxFrameSizeBytes"},
		{"pulsarv3.broker.configData.maxMessageSize", "pulsarv3.bookkeeper.configData.nettyMaxFrameSizeBytes"},
	} {
		sent, err := strconv.ParseInt(s[pair[0]].value, 10, 64)
		if err != nil {
			continue
		}
		taken, err := strconv.ParseInt(s[pair[1]].value, 10, 64)
		if err == nil && sent > taken && taken > 0 {
			return s[pair[0]].line, true
		}
	}
	return 0, false
}

// storageFacts judges the address of the object storage, of Milvus and of the
// Helm chart.
func (s settings) storageFacts() []fact {
	var facts []fact
	for _, at := range []struct{ section, host string }{{"externalS3", "host"}, {"minio", "address"}} {
		host, ok := s.milvus(at.section + "." + at.host)
		if !ok {
			continue
		}
		style, _ := s.milvus(at.section + ".useVirtualHost")
		if wantsVirtualHost(host.value) && style.value != "true" {
			facts = append(facts, fact{"config/object-storage/path-style", host.line})
		}
		// With storage on the local disk the address is not used.
		kind, _ := s.milvus("common.storageType")
		off := s[at.section+".enabled"].value == "false"
		if _, url := cutScheme(host.value); url && kind.value != "local" && !off {
			facts = append(facts, fact{"config/object-storage/scheme", host.line})
		}
	}
	return facts
}

// cutScheme takes http:// or https:// off an address and tells whether it was
// there.
func cutScheme(address string) (string, bool) {
	scheme, rest, ok := strings.Cut(address, "://")
	if ok && (scheme == "http" || scheme == "https") {
		return rest, true
	}
	return address, false
}

// allLocal tells whether every one of some endpoints is on the machine itself.
func allLocal(endpoints string) bool {
	for endpoint := range strings.SplitSeq(endpoints, ",") {
		endpoint, _ = cutScheme(strings.Trim(endpoint, `[]"' `))
		if host, _, _ := strings.Cut(endpoint, ":"); host != "localhost" && host != "127.0.0.1" {
			return false
		}
	}
	return true
}

// wantsVirtualHost tells whether a host is of a store that refuses requests
// with the bucket in the path.
func wantsVirtualHost(host string) bool {
	host, _ = cutScheme(host)
	host, _, _ = strings.Cut(host, ":")
	for _, domain := range []string{".aliyuncs.com", ".myqcloud.com"} {
		if strings.HasSuffix(host, domain) {
			return true
		}
	}
	return false
}

// readSettings reads "key: value" lines with their indentation. It takes the
// text for what it most likely is where it is not YAML: what stands around the
// settings does not keep them from being read.
func readSettings(lines []string) settings {
	s := settings{}
	type level struct {
		indent int
		path   string
	}
	var open []level
	for i, line := range lines {
		body := strings.TrimLeft(line, " ")
		indent := len(line) - len(body)
		if item, ok := strings.CutPrefix(body, "- "); ok {
			// The items of a list may stand as far left as its name.
			for len(open) > 0 && open[len(open)-1].indent > indent {
				open = open[:len(open)-1]
			}
			if len(open) > 0 && !strings.Contains(item, ": ") {
				s.addItem(open[len(open)-1].path, settingValue(item), i)
			}
			continue
		}
		key, value, ok := strings.Cut(body, ":")
		if !ok || !isKey(key) || value != "" && value[0] != ' ' {
			continue
		}
		for len(open) > 0 && open[len(open)-1].indent >= indent {
			open = open[:len(open)-1]
		}
		path := key
		if len(open) > 0 {
			path = open[len(open)-1].path + "." + key
		}
		if value = settingValue(value); value == "" {
			open = append(open, level{indent, path})
			continue
		}
		s[path] = setting{value, i}
	}
	return s
}

// addItem adds an item to the list that is called path.
func (s settings) addItem(path, item string, line int) {
	list, ok := s[path]
	switch {
	case !ok:
		s[path] = setting{item, line}
	case len(list.value)+len(item) < maxConfigList:
		s[path] = setting{list.value + "," + item, list.line}
	}
}

// settingValue is a value in lower case, without quotes and comment.
func settingValue(s string) string {
	s, _, _ = strings.Cut(s, " #")
	return strings.ToLower(strings.Trim(strings.TrimSpace(s), `"'`))
}

// isKey tells whether a text can be the name of a setting.
func isKey(s string) bool {
	if s == "" || len(s) > 40 {
		return false
	}
	for i := range len(s) {
		if !isWordByte(s[i]) {
			return false
		}
	}
	return true
}
