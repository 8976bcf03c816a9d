package model

import (
	"context"
	"math"

	"github.com/sashabaranov/go-openai"
)

const (
	// batch is how many texts are embedded in one request.
	batch = 32
	// maxEmbedded is how many bytes of a text are embedded; models read some
	// 500 tokens.
	maxEmbedded = 2000
)

// embed returns the unit vectors of texts, in order. Those for questions and
// for passages may come from differently named models.
func (c *Client) embed(ctx context.Context, guild, name, prefix string, texts []string) ([][]float32, error) {
	input := make([]string, len(texts))
	for i, s := range texts {
		input[i] = prefix + cut(s, maxEmbedded)
	}
	settle, err := c.budget.reserve(guild, estimate(input...))
	if err != nil {
		c.report(err)
		return nil, err
	}
	used := 0
	defer func() { settle(used) }()
	resp, err := call(ctx, c, c.embedding, func(ctx context.Context) (openai.EmbeddingResponse, error) {
		resp, err := c.api.CreateEmbeddings(ctx, openai.EmbeddingRequestStrings{
			Input: input, Model: openai.EmbeddingModel(name), EncodingFormat: openai.EmbeddingEncodingFormatFloat,
		})
		if err == nil {
			err = c.check(resp, len(input))
		}
		return resp, err
	})
	if err != nil {
		return nil, err
	}
	used = max(resp.Usage.TotalTokens, len(input))
	vectors := make([][]float32, len(input))
	for _, d := range resp.Data {
		vectors[d.Index] = d.Embedding
	}
	return vectors, nil
}

// check refuses an answer that is not one vector of the known dimension for
// each text, and makes unit vectors of them.
func (c *Client) check(resp openai.EmbeddingResponse, n int) error {
	if len(resp.Data) == 0 {
		return &Error{Fault: FaultEmpty}
	}
	if len(resp.Data) != n {
		return &Error{Fault: FaultSchema}
	}
	seen := make([]bool, n)
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, d := range resp.Data {
		if d.Index < 0 || d.Index >= n || seen[d.Index] || len(d.Embedding) == 0 {
			return &Error{Fault: FaultSchema}
		}
		seen[d.Index] = true
		if c.dimension == 0 {
			c.dimension = len(d.Embedding)
		}
		if len(d.Embedding) != c.dimension {
			return &Error{Fault: FaultDimension}
		}
		if !normalise(d.Embedding) {
			return &Error{Fault: FaultSchema}
		}
	}
	return nil
}

// normalise makes v a unit vector; false if it has no direction.
func normalise(v []float32) bool {
	var sum float64
	for _, x := range v {
		sum += float64(x) * float64(x)
	}
	if sum == 0 || math.IsNaN(sum) || math.IsInf(sum, 0) {
		return false
	}
	f := float32(1 / math.Sqrt(sum))
	for i := range v {
		v[i] *= f
	}
	return true
}
