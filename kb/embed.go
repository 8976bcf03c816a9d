package kb

import "embed"

// Entries holds the reviewed entries that are built into the program, in its
// folder "entries".
//
//go:embed entries/*.md
var Entries embed.FS
