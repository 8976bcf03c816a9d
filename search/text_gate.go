package search

import (
	"context"
	"errors"
	"runtime"
)

// ErrBusy means that more pastes wait for an answer than can be worked on
// within a useful time.
var ErrBusy = errors.New("search: too many pastes at once; try again in a moment")

// maxWaiting is how many callers may wait for each one that is served.
const maxWaiting = 512

// gate lets as many callers work at once as there are processors: more would
// only take turns, and each would take as long as all of them. The others
// wait in the order in which they came, up to maxWaiting for each place.
type gate struct {
	slots chan struct{} // held while at work
	queue chan struct{} // held while at work or waiting
}

func newGate() *gate {
	n := runtime.GOMAXPROCS(0)
	return &gate{slots: make(chan struct{}, n), queue: make(chan struct{}, n*(1+maxWaiting))}
}

// enter waits for a place. It returns ErrBusy at once if too many wait, and
// the error of ctx if that ends first.
func (g *gate) enter(ctx context.Context) (leave func(), err error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	select {
	case g.queue <- struct{}{}:
	default:
		return nil, ErrBusy
	}
	select {
	case g.slots <- struct{}{}:
		return func() { <-g.slots; <-g.queue }, nil
	case <-ctx.Done():
		<-g.queue
		return nil, ctx.Err()
	}
}
