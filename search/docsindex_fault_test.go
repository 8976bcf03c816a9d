package search

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"runtime"
	"strings"
	"testing"
	"time"
)

// damages are what can happen to a file.
var damages = []struct {
	name string
	do   func(path string, src []byte) error
}{
	{"emptied", func(path string, _ []byte) error { return os.Truncate(path, 0) }},
	{"cut in half", func(path string, src []byte) error { return os.Truncate(path, int64(len(src)/2)) }},
	{"one bit turned", func(path string, src []byte) error {
		src[len(src)/3] ^= 4
		return os.WriteFile(path, src, 0o600)
	}},
	{"longer", func(path string, src []byte) error { return os.WriteFile(path, append(src, 0), 0o600) }},
	{"removed", func(path string, _ []byte) error { return os.Remove(path) }},
}

// TestDocsDamaged damages each file of an index in each way and wants that to
// be said, and the index to be made again by another build.
func TestDocsDamaged(t *testing.T) {
	good := t.TempDir()
	build(t, good, smallTree())
	want := contents(t, good)
	var files []string
	err := filepath.WalkDir(good, func(path string, e fs.DirEntry, err error) error {
		if rel, _ := filepath.Rel(good, path); err == nil && !e.IsDir() && rel != docsLock {
			files = append(files, rel)
		}
		return err
	})
	if err != nil || len(files) < 6 {
		t.Fatalf("%v, %v", files, err)
	}
	for _, file := range files {
		for _, d := range damages {
			t.Run(filepath.Base(file)+" "+d.name, func(t *testing.T) {
				dir := t.TempDir()
				if err := os.CopyFS(dir, os.DirFS(good)); err != nil {
					t.Fatal(err)
				}
				path := filepath.Join(dir, file)
				src, err := os.ReadFile(path)
				if err != nil {
					t.Fatal(err)
				}
				if err := d.do(path, src); err != nil {
					t.Fatal(err)
				}
				kind := ErrDocsDamaged
				if file == manifestFile && d.name == "removed" {
					kind = ErrNoDocs
				}
				docs, err := OpenDocs(dir)
				if !errors.Is(err, kind) || !strings.Contains(err.Error(), "medic index") || !strings.Contains(err.Error(), dir) {
					t.Errorf("%v", err)
				}
				if docs != nil {
					docs.Close()
				}
				r := build(t, dir, smallTree())
				if r.Read != r.Pages || kind == ErrDocsDamaged && !errors.Is(r.Discarded, ErrDocsDamaged) {
					t.Errorf("%+v", r)
				}
				if got := contents(t, dir); !reflect.DeepEqual(got, want) {
					t.Errorf("%d sections after it was made again, want %d", len(got), len(want))
				}
			})
		}
	}
}

// TestDocsVersion wants an index of another version to be told from a damaged
// one, and to be made again.
func TestDocsVersion(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, manifestFile), []byte(manifestPrefix+"1 abc\n{}"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := OpenDocs(dir); !errors.Is(err, ErrDocsVersion) || errors.Is(err, ErrDocsDamaged) || !strings.Contains(err.Error(), "medic index") {
		t.Errorf("%v", err)
	}
	if r := build(t, dir, smallTree()); !errors.Is(r.Discarded, ErrDocsVersion) {
		t.Errorf("%+v", r)
	}
}

// TestDocsLocked wants a lock to be told from damage, whichever file has it.
func TestDocsLocked(t *testing.T) {
	dir := t.TempDir()
	build(t, dir, smallTree())
	unlock, err := lockFile(filepath.Join(dir, docsLock))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := BuildDocs(context.Background(), dir, smallTree(), BuildOptions{}); !errors.Is(err, ErrDocsBusy) {
		t.Errorf("a second build: %v", err)
	}
	contents(t, dir) // reading goes on
	unlock()
	bolts, err := filepath.Glob(filepath.Join(dir, "*", "en", docsWords, "store", "root.bolt"))
	if err != nil || len(bolts) != 1 {
		t.Fatal(bolts, err)
	}
	unlock, err = lockFile(bolts[0])
	if err != nil {
		t.Skipf("this system locks in another way: %v", err)
	}
	defer unlock()
	if _, err := OpenDocs(dir); !errors.Is(err, ErrDocsLocked) || errors.Is(err, ErrDocsDamaged) {
		t.Errorf("%v", err)
	}
}

// TestDocsReplaced wants an index that is open to go on when a new one takes
// its place.
func TestDocsReplaced(t *testing.T) {
	dir, tree := t.TempDir(), smallTree()
	build(t, dir, tree)
	docs, err := OpenDocs(dir)
	if err != nil {
		t.Fatal(err)
	}
	x, err := New(nil, docs)
	if err != nil {
		t.Fatal(err)
	}
	defer x.Close()
	tree["site/en/faq/etcd.md"] = file("# Nothing\nOf this kind.\n")
	build(t, dir, tree)
	if v := ask(t, x, "how do I set the quantum flux tokens?"); len(v.Hits) == 0 || v.Hits[0].Doc.ID != "faq/etcd#Quantum-flux" {
		t.Errorf("%+v", v.Hits)
	}
}

// TestDocsReplacedWhileOpening wants the new index where a builder has put it
// in place, and swept the old one away, since the manifest was read.
func TestDocsReplacedWhileOpening(t *testing.T) {
	dir, tree := t.TempDir(), smallTree()
	build(t, dir, tree)
	m, err := readManifest(dir)
	if err != nil {
		t.Fatal(err)
	}
	tree["site/en/faq/new.md"] = file("# New page\nBrand new.\n")
	build(t, dir, tree)
	docs, err := openNewest(dir, m)
	if err != nil {
		t.Fatal(err)
	}
	defer docs.Close()
	if want := len(published(t, tree)); docs.Len() != want {
		t.Errorf("%d sections, want %d", docs.Len(), want)
	}
}

// killedDir is set to the data directory in the process that TestDocsKilled
// starts and kills.
const killedDir = "MEDIC_TEST_KILLED"

// killTree is what that process indexes in its n-th round: one page more and
// one other page less each time.
func killTree(n int) fs.FS {
	tree := newCorpus(300, 10).tree()
	tree[fmt.Sprintf("site/en/round%d.md", n)] = file(fmt.Sprintf("# Round %d\nOne more.\n", n))
	delete(tree, fmt.Sprintf("site/en/guide/page-%d.md", n%30))
	return tree
}

// TestDocsKilled kills a process that builds at random moments and wants a
// whole index each time, of one of its rounds.
func TestDocsKilled(t *testing.T) {
	if dir := os.Getenv(killedDir); dir != "" {
		for n := 0; ; n++ {
			if _, err := BuildDocs(context.Background(), dir, killTree(n), BuildOptions{}); err != nil {
				t.Fatal(err)
			}
		}
	}
	if runtime.GOOS == "windows" {
		t.Skip("files that are open cannot be replaced here")
	}
	const rounds = 40
	dir := t.TempDir()
	build(t, dir, killTree(0))
	rng := rand.New(rand.NewPCG(23, 29))
	seen := map[string]bool{}
	for range rounds {
		cmd := exec.Command(os.Args[0], "-test.run", "^TestDocsKilled$")
		cmd.Env = append(os.Environ(), killedDir+"="+dir)
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Duration(10+rng.IntN(250)) * time.Millisecond)
		if err := cmd.Process.Kill(); err != nil {
			t.Fatal(err)
		}
		if err := cmd.Wait(); err == nil || !strings.Contains(err.Error(), "killed") {
			t.Fatalf("the process ended by itself: %v", err)
		}
		sections := contents(t, dir)
		round := ""
		for id := range sections {
			if strings.HasPrefix(id, "en round") {
				round += id
			}
		}
		if strings.Count(round, "round") != 1 || len(sections) < 290 {
			t.Fatalf("%d sections, rounds %q", len(sections), round)
		}
		seen[round] = true
	}
	t.Logf("%d kills, the index of %d different rounds was left", rounds, len(seen))
	if r := build(t, dir, killTree(999)); r.Discarded != nil || r.Read == r.Pages {
		t.Errorf("the next build: %+v", r)
	}
	if folders, err := filepath.Glob(filepath.Join(dir, docsPrefix+"*")); err != nil || len(folders) != 1 {
		t.Errorf("left behind: %v, %v", folders, err)
	}
}

// TestSyncFile wants a file that the system cannot sync, as folders are on some
// file systems, not to fail a build, but a missing one to.
func TestSyncFile(t *testing.T) {
	f, err := os.Open(os.DevNull)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if f.Sync() == nil {
		t.Skip("this system syncs every file")
	}
	if err := syncFile(os.DevNull); err != nil {
		t.Error(err)
	}
	if err := syncFile(filepath.Join(t.TempDir(), "missing")); err == nil {
		t.Error("a missing file is synced")
	}
}
