package bot

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/milvus-medic/medic/config"
	"github.com/milvus-medic/medic/github"
)

// TestEveryTroubleHasItsSentence in every language, and no two the same.
func TestEveryTroubleHasItsSentence(t *testing.T) {
	w, err := newWords()
	if err != nil {
		t.Fatal(err)
	}
	kinds := []github.Kind{
		github.KindNetwork, github.KindServer, github.KindAuth, github.KindForbidden, github.KindLimit, github.KindNotFound,
		github.KindGone, github.KindInvalid, github.KindMoved, github.KindRights, github.KindOther,
	}
	if len(kinds) != len(troubles) {
		t.Errorf("%d kinds, %d sentences", len(kinds), len(troubles))
	}
	for _, lang := range config.Languages {
		var all []string
		for _, k := range kinds {
			say := func(id string, values ...data) string { return w.say(lang, id, values...) }
			text := githubTrouble(&github.Error{Kind: k, Until: time.Unix(1e9, 0), Message: "so `says` GitHub"}, say)
			if text == "" || strings.Contains(text, "github"+strings.ToUpper(string(k[:1]))) || slices.Contains(all, text) {
				t.Errorf("%s: %s: %q", lang, k, text)
			}
			if has := strings.Contains(text, "<t:1000000000:R>"); has != (k == github.KindLimit) {
				t.Errorf("%s: %s tells a time: %v", lang, k, has)
			}
			all = append(all, text)
		}
		if got := githubTrouble(&github.Error{Kind: "new"}, func(id string, _ ...data) string { return id }); got != "githubOther" {
			t.Errorf("an unknown kind: %q", got)
		}
	}
}

// TestStateText: how an issue stands, and what that means for the reader.
func TestStateText(t *testing.T) {
	b := testBot(t)
	client, err := github.New(github.Options{})
	if err != nil {
		t.Fatal(err)
	}
	b.hub = &hub{client: client}
	say := func(id string, values ...data) string { return b.words.say("en", id, values...) }
	const link = "[o/n#7](<https://github.com/o/n/issues/7>)"
	for want, c := range map[string]struct {
		k     known
		fixed bool
	}{
		link + " is open.": {known{Version: "2.6.5"}, false},
		link + " was closed: a change is not planned.":                                  {known{Closed: true, Reason: "not_planned", Version: "2.6.5"}, false},
		link + " was closed as a duplicate of another issue.":                           {known{Closed: true, Reason: "duplicate"}, false},
		link + " was closed as completed.":                                              {known{Closed: true, Reason: "completed"}, false},
		link + " is fixed by [#9](<https://github.com/o/n/pull/9>).":                    {known{Closed: true, PR: 9, Have: "2.6.1"}, true},
		link + " is fixed in 2.6.5.":                                                    {known{Closed: true, Version: "2.6.5"}, true},
		link + " is fixed in 2.6.5. You run 2.6.1: upgrade to 2.6.5 or later.":          {known{Closed: true, Version: "2.6.5", Have: "2.6.1"}, true},
		link + " is fixed in 2.6.5. You run 2.6.5, which should have the fix of 2.6.5.": {known{Closed: true, Version: "2.6.5", Have: "2.6.5"}, true},
		link + " is fixed in 2.6.5 ([#9](<https://github.com/o/n/pull/9>)).":            {known{Closed: true, Version: "2.6.5", PR: 9}, true},
	} {
		c.k.Repository, c.k.Number = "o/n", 7
		if got := b.stateText(c.k, say); got != want || c.k.fixed() != c.fixed {
			t.Errorf("%+v: %q, fixed %v; want %q", c.k, got, c.k.fixed(), want)
		}
	}
	if (*known)(nil).fixed() {
		t.Error("no issue is fixed")
	}
}
