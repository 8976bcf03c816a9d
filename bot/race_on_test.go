//go:build race

package bot

// raceEnabled tells long tests to do less.
const raceEnabled = true
