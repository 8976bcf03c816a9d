package playground

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"math"
	"strconv"
	"strings"
	"unicode/utf8"
)

// obj is a JSON object. Bodies stay in this form from the socket to the store,
// which is what lets unknown fields survive.
type obj = map[string]any

// parseJSON reads exactly one JSON value and keeps numbers as they were written.
func parseJSON(b []byte) (any, error) {
	dec := json.NewDecoder(bytes.NewReader(b))
	dec.UseNumber()
	var v any
	if err := dec.Decode(&v); err != nil {
		return nil, err
	}
	if _, err := dec.Token(); !errors.Is(err, io.EOF) {
		return nil, errors.New("something follows the JSON value")
	}
	return v, nil
}

// encode writes v as compact JSON. Everything passed in is made of maps, slices
// and scalars, so it cannot fail; a failure would be a bug here.
func encode(v any) []byte {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		return []byte("null")
	}
	return bytes.TrimRight(b.Bytes(), "\n")
}

// cloneObj makes a deep copy that shares nothing with o.
func cloneObj(o obj) obj {
	if o == nil {
		return nil
	}
	return cloneAny(o).(obj)
}

func cloneAny(v any) any {
	switch v := v.(type) {
	case obj:
		out := make(obj, len(v))
		for k, e := range v {
			out[k] = cloneAny(e)
		}
		return out
	case []any:
		out := make([]any, len(v))
		for i, e := range v {
			out[i] = cloneAny(e)
		}
		return out
	}
	return v
}

// has reports whether o has k with a value other than null.
func has(o obj, k string) bool { return o[k] != nil }

func str(o obj, k string) string {
	v, _ := o[k].(string)
	return v
}

func object(o obj, k string) obj {
	v, _ := o[k].(obj)
	return v
}

func list(o obj, k string) []any {
	v, _ := o[k].([]any)
	return v
}

func boolean(o obj, k string) bool {
	v, _ := o[k].(bool)
	return v
}

// number reads o[k] as a whole number.
func number(o obj, k string) int64 {
	n, _ := asInt(o[k])
	return n
}

func asInt(v any) (int64, bool) {
	switch v := v.(type) {
	case json.Number:
		if n, err := v.Int64(); err == nil {
			return n, true
		}
		f, err := v.Float64()
		if err != nil || f != math.Trunc(f) {
			return 0, false
		}
		return int64(f), true
	case int:
		return int64(v), true
	case int64:
		return v, true
	case float64:
		return int64(v), v == math.Trunc(v)
	}
	return 0, false
}

func asFloat(v any) (float64, bool) {
	switch v := v.(type) {
	case json.Number:
		f, err := v.Float64()
		return f, err == nil
	case int:
		return float64(v), true
	case int64:
		return float64(v), true
	case float64:
		return v, true
	}
	return 0, false
}

// snowflake reads an id given as a string or, as Discord also allows, a number.
func snowflake(v any) string {
	switch v := v.(type) {
	case string:
		return v
	case json.Number:
		return v.String()
	case int:
		return strconv.Itoa(v)
	}
	return ""
}

// length counts what Discord counts: code points after trimming.
func length(s string) int { return utf8.RuneCountInString(strings.TrimSpace(s)) }

func strList(in []any) []string {
	out := make([]string, 0, len(in))
	for _, v := range in {
		if s := snowflake(v); s != "" {
			out = append(out, s)
		}
	}
	return out
}

func anyList[T any](in []T) []any {
	out := make([]any, 0, len(in))
	for _, v := range in {
		out = append(out, v)
	}
	return out
}
