package github

import "regexp"

// role says which part of a report belongs in a field.
type role int

const (
	roleNone role = iota
	roleCurrent
	roleLog
	roleEnvironment
	roleSteps
	roleExpected
	roleExtra
)

// roleRules recognise the role of a textarea by its label, first rule first,
// so that "Expected behavior" is not taken for the current one. The name is
// used where a form has no field for the role.
var roleRules = []struct {
	role role
	name string
	re   *regexp.Regexp
}{
	{roleEnvironment, "Environment", regexp.MustCompile(`(?i)environment|\bversions?\b|system info`)},
	{roleExpected, "Expected behaviour", regexp.MustCompile(`(?i)expected`)},
	{roleSteps, "Steps to reproduce", regexp.MustCompile(`(?i)reproduc|\bsteps\b`)},
	{roleLog, "Log", regexp.MustCompile(`(?i)\blogs?\b|stack ?trace|traceback`)},
	{roleCurrent, "Current behaviour", regexp.MustCompile(`(?i)current|actual|what happened|describe|the (bug|issue|problem)\b`)},
	{roleExtra, "Further notes", regexp.MustCompile(`(?i)anything else|additional|more context|further|\bhints?\b`)},
}

func roleName(r role) string {
	for _, rule := range roleRules {
		if rule.role == r {
			return rule.name
		}
	}
	return ""
}

// roles maps the roles to ids of fields. Each field has one role and each
// role one field; a role the form has no field for is not in the map. The
// first textarea without a role stands in for a missing roleCurrent.
func (f *Form) roles() map[role]string {
	byRole := map[role]string{}
	var free []Field
	for _, fd := range f.Fields {
		if fd.Type != TypeTextarea {
			continue
		}
		r := roleNone
		for _, rule := range roleRules {
			if _, taken := byRole[rule.role]; !taken && rule.re.MatchString(fd.Label) {
				r = rule.role
				break
			}
		}
		if r == roleNone {
			free = append(free, fd)
			continue
		}
		byRole[r] = fd.ID
	}
	if _, ok := byRole[roleCurrent]; !ok && len(free) > 0 {
		byRole[roleCurrent] = free[0].ID
	}
	return byRole
}

// home is the field for what has no field of its own, and for notes: the last
// one for further notes, else that for the current behaviour, else the last
// textarea. A form without a textarea has none.
func (f *Form) home() string {
	roles := f.roles()
	for _, r := range []role{roleExtra, roleCurrent} {
		if id, ok := roles[r]; ok {
			return id
		}
	}
	id := ""
	for _, fd := range f.Fields {
		if fd.Type == TypeTextarea {
			id = fd.ID
		}
	}
	return id
}
