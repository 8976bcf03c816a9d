package search

import "strings"

// maxConfigLines is the longest paste in which settings are looked for:
// settings are short, logs are long.
const maxConfigLines = 3000

// setting is one value of a milvus.yaml or of Helm values.
type setting struct {
	value string // lower case, without quotes and comment
	line  int
}

// settings are values by their path, such as "externalS3.host".
type settings map[string]setting

// configFacts reads pasted settings and names the combinations of them that
// are known not to work:
//
//	config/kafka/pulsar-on          an external Kafka beside the Pulsar of the chart
//	config/object-storage/path-style a store that wants the bucket in the host name, addressed by path
func configFacts(lines []string) []fact {
	if len(lines) > maxConfigLines {
		return nil
	}
	s := readSettings(lines)
	var facts []fact
	if on, ok := s["externalKafka.enabled"]; ok && on.value == "true" &&
		s["pulsar.enabled"].value != "false" && s["pulsarv3.enabled"].value != "false" {
		facts = append(facts, fact{"config/kafka/pulsar-on", on.line})
	}
	for _, at := range []struct{ section, host string }{{"externalS3", "host"}, {"minio", "address"}} {
		host, ok := s[at.section+"."+at.host]
		if ok && wantsVirtualHost(host.value) && s[at.section+".useVirtualHost"].value != "true" {
			facts = append(facts, fact{"config/object-storage/path-style", host.line})
		}
	}
	return facts
}

// wantsVirtualHost tells whether a host is of a store that refuses requests
// with the bucket in the path.
func wantsVirtualHost(host string) bool {
	host, _, _ = strings.Cut(strings.TrimPrefix(strings.TrimPrefix(host, "https://"), "http://"), ":")
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
		key, value, ok := strings.Cut(body, ":")
		if !ok || !isKey(key) || value != "" && value[0] != ' ' {
			continue
		}
		indent := len(line) - len(body)
		for len(open) > 0 && open[len(open)-1].indent >= indent {
			open = open[:len(open)-1]
		}
		path := key
		if len(open) > 0 {
			path = open[len(open)-1].path + "." + key
		}
		value, _, _ = strings.Cut(value, " #")
		if value = strings.Trim(strings.TrimSpace(value), `"'`); value == "" {
			open = append(open, level{indent, path})
			continue
		}
		s[path] = setting{strings.ToLower(value), i}
	}
	return s
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
