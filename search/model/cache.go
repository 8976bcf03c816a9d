package model

import (
	"time"

	lru "github.com/hashicorp/golang-lru/v2"
)

const (
	maxCached = 500
	cachedFor = 24 * time.Hour
)

// cache keeps the latest values by key for a day.
type cache[V any] struct {
	now func() time.Time
	lru *lru.Cache[string, dated[V]]
}

type dated[V any] struct {
	value V
	made  time.Time
}

func newCache[V any](now func() time.Time) *cache[V] {
	l, err := lru.New[string, dated[V]](maxCached)
	if err != nil {
		panic(err) // the size is not positive
	}
	return &cache[V]{now: now, lru: l}
}

func (c *cache[V]) get(key string) (v V, ok bool) {
	d, ok := c.lru.Get(key)
	if !ok || c.now().Sub(d.made) > cachedFor {
		return v, false
	}
	return d.value, true
}

func (c *cache[V]) put(key string, v V) { c.lru.Add(key, dated[V]{v, c.now()}) }
