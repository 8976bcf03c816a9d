package github

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/milvus-medic/medic/search/paste"
)

// draftState is a draft as it is stored. All its texts are redacted.
type draftState struct {
	ID       string            `json:"id,omitempty"`
	Repo     Repo              `json:"repo"`
	Template string            `json:"template"`
	Site     string            `json:"site,omitempty"`
	Lang     string            `json:"lang,omitempty"`
	Source   string            `json:"source,omitempty"`
	Form     *Form             `json:"form"`
	Problem  string            `json:"problem,omitempty"`
	Title    string            `json:"title,omitempty"`
	Env      Environment       `json:"environment,omitzero"`
	Answers  map[string]answer `json:"answers,omitempty"`
	Spare    map[role]answer   `json:"spare,omitempty"`
	Chosen   map[string][]int  `json:"chosen,omitempty"`
	Ticked   map[string][]int  `json:"ticked,omitempty"`
	Removed  []paste.Removal   `json:"removed,omitempty"`
}

// MarshalJSON stores the draft with its form, so that it stays what the user
// saw when the form changes.
func (d *Draft) MarshalJSON() ([]byte, error) {
	return json.Marshal(draftState{
		ID: d.ID, Repo: d.Repo, Template: d.Template, Site: d.Site, Lang: d.Lang, Source: d.Source, Form: d.form, Problem: d.problem, Title: d.title, Env: d.env,
		Answers: d.answers, Spare: d.spare, Chosen: d.chosen, Ticked: d.ticked, Removed: d.removed,
	})
}

// UnmarshalJSON reads what MarshalJSON wrote. It is not for text from
// elsewhere, which would not be redacted.
func (d *Draft) UnmarshalJSON(b []byte) error {
	var s draftState
	if err := json.Unmarshal(b, &s); err != nil {
		return fmt.Errorf("github: stored draft: %w", err)
	}
	if s.Form == nil {
		return errors.New("github: stored draft: has no form")
	}
	*d = Draft{
		ID: s.ID, Repo: s.Repo, Template: s.Template, Site: cmp.Or(s.Site, defaultSite), Lang: s.Lang, Source: s.Source, form: s.Form, problem: s.Problem, title: s.Title, env: s.Env,
		answers: orEmpty(s.Answers), spare: orEmpty(s.Spare), chosen: orEmpty(s.Chosen), ticked: orEmpty(s.Ticked),
		removed: s.Removed,
	}
	return nil
}

func orEmpty[K comparable, V any](m map[K]V) map[K]V {
	if m == nil {
		return map[K]V{}
	}
	return m
}
