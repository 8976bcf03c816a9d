package kb

import (
	"cmp"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// sharedDocs returns the folder "docs" of the data that is kept beside the
// repository, and skips the test where there is none.
func sharedDocs(t testing.TB) string {
	dir := filepath.Join(cmp.Or(os.Getenv("MEDIC_DATA"), "../../shared"), "docs")
	if _, err := os.Stat(dir); err != nil {
		t.Skipf("no documentation data (MEDIC_DATA names the folder that holds docs): %v", err)
	}
	return dir
}

// TestMilvusDocs reads the Milvus documentation: every file of it parses, and
// so does the tree, without a warning.
func TestMilvusDocs(t *testing.T) {
	tree := os.DirFS(filepath.Join(sharedDocs(t), "milvus"))
	docs, warnings, err := ReadDocs(tree, DocsOptions{})
	if err != nil {
		t.Fatal(err)
	}
	for _, w := range warnings {
		t.Errorf("warning: %s", w)
	}
	pages := map[string]bool{}
	ids := map[string]bool{}
	code := 0
	for _, d := range docs {
		page, _, _ := strings.Cut(d.ID, "#")
		pages[page] = true
		code += len(d.Code)
		if id := d.Lang + " " + d.ID; ids[id] {
			t.Errorf("%s twice", id)
		} else {
			ids[id] = true
		}
		for _, left := range []string{"{{var.", "{{fragments/", "copy-code-btn", "anchor-icon", "class=\"alert"} {
			if strings.Contains(d.Title+d.Body+strings.Join(d.Code, "\n"), left) {
				t.Errorf("%s holds %q", d.ID, left)
			}
		}
	}
	if len(pages) < 200 {
		t.Errorf("only %d pages", len(pages))
	}
	t.Logf("%d sections and %d code blocks of %d pages", len(docs), code, len(pages))

	files := 0
	err = fs.WalkDir(tree, ".", func(name string, e fs.DirEntry, err error) error {
		if err != nil || path.Ext(name) != ".md" {
			return err
		}
		files++
		src, err := fs.ReadFile(tree, name)
		if err != nil {
			return err
		}
		if _, _, err := ReadPage(name, "en", src, PageEnv{}); err != nil {
			t.Error(err)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%d files", files)
}

// TestTroubleshootingPage compares the troubleshooting page in both shapes:
// the Korean one, as rendered, shows the anchors that the English one gets.
func TestTroubleshootingPage(t *testing.T) {
	dir := sharedDocs(t)
	want := []string{
		"Troubleshooting", "Boot-issues", "Runtime-issues", "API-issues", "etcd-crash-issues",
		"1-etcd-pod-pending", "2-etcd-pod-crash",
		"3-Multiple-pods-keep-crashing-while-etcd-0-is-still-running", "4-All-pods-crash",
	}
	wantCode := []string{
		"$ docker logs <your milvus container id>",
		"kubectl scale sts <etcd-sts> --replicas=1\n# delete the pvc for etcd-1 and etcd-2\nkubectl scale sts <etcd-sts> --replicas=3",
		"kubectl kubectl scale sts <etcd-sts> --replicas=0\n# delete the pvc for etcd-0, etcd-1, etcd-2\n" +
			"kubectl kubectl scale sts <etcd-sts> --replicas=1\n# restore the backup data",
	}
	for lang, file := range map[string]string{"ko": "seed/troubleshooting.ko.md", "en": "milvus/site/en/faq/troubleshooting.md"} {
		src, err := os.ReadFile(filepath.Join(dir, file))
		if err != nil {
			t.Fatal(err)
		}
		docs, warnings, err := ReadPage("faq/troubleshooting.md", lang, src, PageEnv{})
		if err != nil || len(warnings) > 0 {
			t.Fatalf("%s: warnings %v, error %v", file, warnings, err)
		}
		base := docsBase(lang) + "troubleshooting.md#"
		var anchors, code []string
		for _, d := range docs {
			_, anchor, _ := strings.Cut(d.ID, "#")
			anchors = append(anchors, anchor)
			code = append(code, d.Code...)
			if d.URL != base+anchor {
				t.Errorf("%s: URL %s of %s", file, d.URL, d.ID)
			}
		}
		if !slices.Equal(anchors, want) {
			t.Errorf("%s: anchors %q, want %q", file, anchors, want)
		}
		if !slices.Equal(code, wantCode) {
			t.Errorf("%s: code %q, want %q", file, code, wantCode)
		}
	}
}

func BenchmarkReadDocs(b *testing.B) {
	tree := os.DirFS(filepath.Join(sharedDocs(b), "milvus"))
	for b.Loop() {
		if _, _, err := ReadDocs(tree, DocsOptions{}); err != nil {
			b.Fatal(err)
		}
	}
}
