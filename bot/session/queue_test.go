package session

import (
	"fmt"
	"strings"
	"testing"
)

func TestInteractionsGoBeforeMessages(t *testing.T) {
	q := newQueue(10, 10, 1)
	for k := range 3 {
		q.push(&job{user: fmt.Sprint(k)})
	}
	q.push(&job{user: "late", inter: &Interaction{}})
	if j := q.pop(); j.user != "late" {
		t.Errorf("%s came first", j.user)
	}
}

func TestUsersTakeTurns(t *testing.T) {
	q := newQueue(10, 10, 40)
	for _, user := range []string{"a", "a", "a", "b", "c"} {
		q.push(&job{user: user})
	}
	var order []string
	for range 5 {
		order = append(order, q.pop().user)
	}
	if got := strings.Join(order, ""); got != "abcaa" {
		t.Errorf("served %s", got)
	}
}

// TestOneMessageRunsInOrder holds an edit back while what it edits is under
// way, and lets others pass.
func TestOneMessageRunsInOrder(t *testing.T) {
	q := newQueue(10, 10, 40)
	create, edit, other := &job{user: "a", subject: "1"}, &job{user: "a", subject: "1"}, &job{user: "b", subject: "2"}
	for _, j := range []*job{create, edit, other} {
		q.push(j)
	}
	if q.pop() != create || q.pop() != other {
		t.Fatal("the edit did not wait for its message")
	}
	if q.next(&q.lanes[1]) != nil {
		t.Fatal("the edit runs beside its message")
	}
	q.done(create)
	if q.pop() != edit {
		t.Error("the edit was lost")
	}
}

// TestDeletionWaitsForItsMessage has a message wait behind others of its author
// while it is deleted, which is counted for somebody else.
func TestDeletionWaitsForItsMessage(t *testing.T) {
	q := newQueue(10, 10, 4) // one at a time for each user
	first, create, deletion := &job{user: "a", subject: "1"}, &job{user: "a", subject: "2"}, &job{user: "channel", subject: "2"}
	for _, j := range []*job{first, create, deletion} {
		q.push(j)
	}
	if q.pop() != first || q.next(&q.lanes[1]) != nil {
		t.Fatal("the deletion overtook its message")
	}
	q.done(first)
	if q.pop() != create || q.next(&q.lanes[1]) != nil {
		t.Fatal("the deletion runs beside its message")
	}
	q.done(create)
	if q.pop() != deletion {
		t.Fatal("the deletion was lost")
	}
	q.done(deletion)
	if len(q.subjects) != 0 {
		t.Errorf("%d subjects are still held", len(q.subjects))
	}
	// What is taken out again holds nothing back.
	again, later := &job{user: "a", subject: "2"}, &job{user: "channel", subject: "2"}
	q.push(again)
	q.push(later)
	if !q.remove(again) || q.pop() != later {
		t.Error("a job that is gone is waited for")
	}
	q.push(create)
	q.done(later)
	if got := q.discard(); len(got) != 1 || len(q.subjects) != 0 {
		t.Errorf("%d discarded, %d subjects still held", len(got), len(q.subjects))
	}
}
