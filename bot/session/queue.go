package session

import (
	"context"
	"log/slog"
	"slices"
	"sync"
	"time"
)

// job is one event on its way to its handler.
type job struct {
	kind string
	user string // whom fairness counts it for
	key  string // what tells a repeat
	// subject names what the event is about, such as a message. Events of one
	// subject run one after the other and in the order in which they came, or an
	// edit or deletion would overtake the message.
	subject string
	log     *slog.Logger
	run     func(context.Context) error
	// inter is the interaction to answer when things go wrong, nil for others.
	inter *Interaction
	// force puts the job in however full the queue is.
	force  bool
	queued time.Time
	timer  *time.Timer
}

func newJob[E any](kind, user, key string, log *slog.Logger, e E, handle func(context.Context, E) error) *job {
	return &job{kind: kind, user: user, key: key, log: log,
		run: func(ctx context.Context) error { return handle(ctx, e) }}
}

// lane is the index of the lane that j waits in: interactions go first, for
// Discord gives them three seconds.
func (j *job) lane() int {
	if j.inter != nil || j.force {
		return 0
	}
	return 1
}

// Reasons why a job is not taken. They are labels of Stats.Dropped.
const (
	reasonFull    = "queue full"
	reasonUser    = "user has too many waiting"
	reasonClosing = "shutting down"
	reasonLate    = "waited too long"
)

// queue holds jobs that wait for a worker. Each user has a line of their own, of
// bounded length; workers serve the lines in turn and no line twice at once
// beyond perRun, so that one user can neither fill the queue nor the workers.
type queue struct {
	size, perUser, perRun int

	mu      sync.Mutex
	wake    *sync.Cond
	lanes   [2]lane
	running map[string]int
	// subjects has the jobs of each subject that wait or run, in the order in
	// which they came. Only the first may run.
	subjects map[string][]*job
	busy     int
	closed   bool
}

// lane is a set of lines, one for each user, served in the order of turn.
type lane struct {
	lines   map[string][]*job
	turn    []string
	waiting int
}

func newQueue(size, perUser, workers int) *queue {
	q := &queue{size: size, perUser: perUser, perRun: max(1, workers/4), running: map[string]int{}, subjects: map[string][]*job{}}
	q.wake = sync.NewCond(&q.mu)
	for i := range q.lanes {
		q.lanes[i].lines = map[string][]*job{}
	}
	return q
}

// push takes j in and returns "", or the reason why not.
func (q *queue) push(j *job) string {
	q.mu.Lock()
	defer q.mu.Unlock()
	l := &q.lanes[j.lane()]
	line := l.lines[j.user]
	switch {
	case q.closed:
		return reasonClosing
	case j.force:
	case len(line) >= q.perUser:
		return reasonUser
	case l.waiting >= q.size:
		return reasonFull
	}
	if len(line) == 0 {
		l.turn = append(l.turn, j.user)
	}
	l.lines[j.user] = append(line, j)
	l.waiting++
	if j.subject != "" {
		q.subjects[j.subject] = append(q.subjects[j.subject], j)
	}
	q.wake.Signal()
	return ""
}

// pop waits for a job and counts it as running. It returns nil when the queue is
// closed and empty. The caller calls done.
func (q *queue) pop() *job {
	q.mu.Lock()
	defer q.mu.Unlock()
	for {
		for i := range q.lanes {
			if j := q.next(&q.lanes[i]); j != nil {
				q.running[j.user]++
				q.busy++
				return j
			}
		}
		if q.closed && q.lanes[0].waiting+q.lanes[1].waiting == 0 {
			return nil
		}
		q.wake.Wait()
	}
}

// next takes the first job of the first line whose user may have one more
// running and which is the first of its subject, and sends that line to the
// end. The lock is held.
func (q *queue) next(l *lane) *job {
	for k, user := range l.turn {
		j := l.lines[user][0]
		if q.running[user] >= q.perRun || j.subject != "" && q.subjects[j.subject][0] != j {
			continue
		}
		l.turn = append(slices.Delete(l.turn, k, k+1), user)
		l.take(j)
		return j
	}
	return nil
}

// take removes j from its line. It reports false if it is no longer there.
func (l *lane) take(j *job) bool {
	line := l.lines[j.user]
	k := slices.Index(line, j)
	if k < 0 {
		return false
	}
	l.waiting--
	if len(line) == 1 {
		delete(l.lines, j.user)
		l.turn = slices.DeleteFunc(l.turn, func(u string) bool { return u == j.user })
		return true
	}
	l.lines[j.user] = slices.Delete(line, k, k+1)
	return true
}

// done gives the slot of j back.
func (q *queue) done(j *job) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.busy--
	if q.running[j.user]--; q.running[j.user] == 0 {
		delete(q.running, j.user)
	}
	q.forget(j)
	q.wake.Broadcast()
}

// forget lets the next job of j's subject be the first. The lock is held.
func (q *queue) forget(j *job) {
	if j.subject == "" {
		return
	}
	rest := slices.DeleteFunc(q.subjects[j.subject], func(other *job) bool { return other == j })
	if q.subjects[j.subject] = rest; len(rest) == 0 {
		delete(q.subjects, j.subject)
	}
}

// remove takes a waiting job out again; false if a worker already has it.
func (q *queue) remove(j *job) bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	ok := q.lanes[j.lane()].take(j)
	if ok {
		q.forget(j)
	}
	q.wake.Broadcast() // a worker may wait for the end, or for the next of the subject
	return ok
}

// close refuses new jobs; those that wait are still served.
func (q *queue) close() {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.closed = true
	q.wake.Broadcast()
}

// discard empties the queue and returns what was in it.
func (q *queue) discard() []*job {
	q.mu.Lock()
	defer q.mu.Unlock()
	var out []*job
	for i := range q.lanes {
		l := &q.lanes[i]
		for _, user := range l.turn {
			out = append(out, l.lines[user]...)
		}
		clear(l.lines)
		l.turn, l.waiting = nil, 0
	}
	for _, j := range out {
		q.forget(j)
	}
	q.wake.Broadcast()
	return out
}

// load returns how many jobs wait and how many run.
func (q *queue) load() (waiting, running int) {
	q.mu.Lock()
	defer q.mu.Unlock()
	return q.lanes[0].waiting + q.lanes[1].waiting, q.busy
}
