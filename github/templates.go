package github

import (
	"context"
	"errors"
	"fmt"
	"path"
	"slices"
	"strings"
	"sync"
	"time"

	gh "github.com/google/go-github/v60/github"
	"go.yaml.in/yaml/v3"
)

// templateFolder is where a repository keeps its issue forms.
const templateFolder = ".github/ISSUE_TEMPLATE"

// Templates are the ways in which a repository takes issues.
type Templates struct {
	// Form is what a draft fills; never nil.
	Form *Form
	// Markdown is the file of the Markdown template that takes a body by link,
	// or "" if there is none.
	Markdown string
	// Blank is whether issues without any template are allowed.
	Blank bool
	// Contacts are places that are not for bugs, such as Discussions.
	Contacts []Contact
	// Fetched is when GitHub confirmed them last; zero for the built-in form.
	Fetched time.Time
}

// Contact is an entry of the repository's config.yml.
type Contact struct {
	Name  string `yaml:"name"`
	URL   string `yaml:"url"`
	About string `yaml:"about"`
}

// formAge is for how long templates are used without asking again. Asking
// costs nothing where nothing has changed.
const formAge = 10 * time.Minute

// TemplateCache keeps the templates of repositories up to date. It is safe
// for concurrent use.
type TemplateCache struct {
	c *Client

	mu   sync.Mutex
	last map[Repo]Templates
}

// NewTemplateCache returns an empty cache.
func NewTemplateCache(c *Client) *TemplateCache {
	return &TemplateCache{c: c, last: map[Repo]Templates{}}
}

// Get returns a repository's templates, asking GitHub if they are older than
// ten minutes. They can be used even with an error: it says why they are not
// fresh, and whether these are the last ones that could be read or the
// built-in form.
func (t *TemplateCache) Get(ctx context.Context, repo Repo) (Templates, error) {
	t.mu.Lock()
	last, ok := t.last[repo]
	t.mu.Unlock()
	if ok && time.Since(last.Fetched) < formAge {
		return last, nil
	}
	fresh, err := t.c.templates(ctx, repo)
	if err == nil {
		fresh.Fetched = time.Now()
		t.mu.Lock()
		t.last[repo] = fresh
		t.mu.Unlock()
		return fresh, nil
	}
	if ok {
		return last, fmt.Errorf("github: the form of %s as of %s is used: %w", repo, last.Fetched.UTC().Format(time.RFC3339), err)
	}
	return Templates{Form: DefaultForm(), Markdown: defaultTemplate}, fmt.Errorf("github: the built-in form is used for %s: %w", repo, err)
}

// templates reads the folder anew.
func (c *Client) templates(ctx context.Context, repo Repo) (Templates, error) {
	out := Templates{Blank: true}
	names, err := c.folder(ctx, repo, templateFolder)
	if err != nil {
		return out, err
	}
	var forms []*Form
	var bad []error
	for _, name := range names {
		base, ext := path.Base(name), path.Ext(name)
		if ext != ".yml" && ext != ".yaml" && ext != ".md" {
			continue
		}
		content, err := c.file(ctx, repo, name)
		if err != nil {
			return out, err
		}
		switch {
		case base == "config.yml" || base == "config.yaml":
			bad = append(bad, out.configure(content))
		case ext == ".md":
			if out.Markdown == "" && aboutBugs(base) {
				out.Markdown = base
			}
		default:
			f, err := ReadForm(base, content)
			if err != nil {
				bad = append(bad, err)
				continue
			}
			forms = append(forms, f)
		}
	}
	// Of several forms the one for bugs is meant.
	i := slices.IndexFunc(forms, func(f *Form) bool {
		return aboutBugs(f.File) || aboutBugs(f.Title) || slices.ContainsFunc(f.Labels, aboutBugs)
	})
	if i < 0 {
		return out, errors.Join(append(bad, errors.New("no form for bugs can be read"))...)
	}
	out.Form = forms[i]
	return out, nil
}

func aboutBugs(s string) bool { return strings.Contains(strings.ToLower(s), "bug") }

func (t *Templates) configure(src []byte) error {
	var raw struct {
		Blank    *bool     `yaml:"blank_issues_enabled"`
		Contacts []Contact `yaml:"contact_links"`
	}
	tree, err := plainYAML(src)
	if err == nil {
		err = tree.Decode(&raw)
	}
	var none *yaml.TypeError
	if err != nil && !errors.As(err, &none) {
		return fmt.Errorf("config.yml: %w", err)
	}
	t.Blank = raw.Blank == nil || *raw.Blank
	for _, c := range raw.Contacts {
		if strings.HasPrefix(c.URL, "https://") && len(t.Contacts) < maxOptions {
			t.Contacts = append(t.Contacts, Contact{plainTitle(c.Name), c.URL, plainTitle(c.About)})
		}
	}
	return nil
}

// folder lists the paths of the files in a folder.
func (c *Client) folder(ctx context.Context, repo Repo, dir string) ([]string, error) {
	var names []string
	err := c.read(ctx, "read the issue forms", repo, "core", func(ctx context.Context, g *gh.Client) error {
		_, list, _, err := g.Repositories.GetContents(ctx, repo.Owner, repo.Name, dir, nil)
		names = names[:0]
		for _, f := range list {
			if f.GetType() == "file" && f.GetSize() <= MaxFormBytes && len(names) < maxOptions {
				names = append(names, f.GetPath())
			}
		}
		return err
	})
	return names, err
}

// file reads one file of the default branch.
func (c *Client) file(ctx context.Context, repo Repo, name string) ([]byte, error) {
	var content string
	err := c.read(ctx, "read the form "+path.Base(name), repo, "core", func(ctx context.Context, g *gh.Client) error {
		f, _, _, err := g.Repositories.GetContents(ctx, repo.Owner, repo.Name, name, nil)
		if err != nil {
			return err
		}
		if f == nil {
			return errors.New("it is a folder")
		}
		content, err = f.GetContent()
		return err
	})
	return []byte(content), err
}
