package playground

import "slices"

// Codes lists the JSON error codes that the server knows.
func Codes() []int {
	var out []int
	for code := range apiErrors {
		out = append(out, code)
	}
	slices.Sort(out)
	return out
}
