package bot

import (
	"runtime"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"

	"github.com/milvus-medic/medic/bot/session"
	"github.com/milvus-medic/medic/search/paste"
)

// metrics are the counters of the bot. No label holds an id of a user, a
// server or a message.
type metrics struct {
	registry   *prometheus.Registry
	answers    *prometheus.CounterVec
	silence    *prometheus.CounterVec
	press      *prometheus.CounterVec
	models     *prometheus.CounterVec
	removals   *prometheus.CounterVec
	filings    *prometheus.CounterVec
	durations  *prometheus.HistogramVec
	gateway    prometheus.GaugeFunc
	lastPacket prometheus.GaugeFunc
}

func newMetrics() *metrics {
	m := &metrics{
		registry: prometheus.NewRegistry(),
		answers: prometheus.NewCounterVec(prometheus.CounterOpts{Name: "medic_answers_total",
			Help: "Replies by grade of the answer and by who sees them."}, []string{"confidence", "audience"}),
		silence: prometheus.NewCounterVec(prometheus.CounterOpts{Name: "medic_messages_skipped_total",
			Help: "Messages without a reply, by reason."}, []string{"reason"}),
		press: prometheus.NewCounterVec(prometheus.CounterOpts{Name: "medic_feedback_total",
			Help: "What readers said of an answer."}, []string{"verdict"}),
		models: prometheus.NewCounterVec(prometheus.CounterOpts{Name: "medic_model_calls_total",
			Help: "Calls to the language model, by outcome."}, []string{"outcome"}),
		removals: prometheus.NewCounterVec(prometheus.CounterOpts{Name: "medic_redactions_total",
			Help: "Values removed from pastes, by kind."}, []string{"rule"}),
		filings: prometheus.NewCounterVec(prometheus.CounterOpts{Name: "medic_issues_created_total",
			Help: "Reports that were to be filed, by result: filed, adopted (found on GitHub), refused, unknown."}, []string{"result"}),
		durations: prometheus.NewHistogramVec(prometheus.HistogramOpts{Name: "medic_duration_seconds",
			Help:    "How long things took: first_response, handler, queue.",
			Buckets: []float64{.001, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 15}}, []string{"what"}),
	}
	build := prometheus.NewGauge(prometheus.GaugeOpts{Name: "medic_build_info", Help: "Always 1.",
		ConstLabels: prometheus.Labels{"version": versionText(), "go": runtime.Version()}})
	build.Set(1)
	m.registry.MustRegister(m.answers, m.silence, m.press, m.models, m.removals, m.filings, m.durations, build,
		collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return m
}

// watch adds what the session knows of itself.
func (m *metrics) watch(s *session.Session) {
	m.gateway = prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: "medic_gateway_up", Help: "1 while the gateway is ready."}, func() float64 {
		if s.Ready() {
			return 1
		}
		return 0
	})
	m.lastPacket = prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: "medic_gateway_last_event_timestamp_seconds",
		Help: "When the gateway last sent anything."}, func() float64 { return float64(s.LastEvent().UnixMilli()) / 1000 })
	m.registry.MustRegister(m.gateway, m.lastPacket)
}

func (m *metrics) observe(what string, took time.Duration) {
	m.durations.WithLabelValues(what).Observe(took.Seconds())
}

func (m *metrics) answered(r Reply, private bool) {
	audience := "channel"
	if private {
		audience = "reader"
	}
	m.answers.WithLabelValues(r.Grade.String(), audience).Inc()
}

func (m *metrics) redacted(p paste.Paste) {
	for _, r := range p.Removed() {
		m.removals.WithLabelValues(string(r.Kind)).Add(float64(r.Count))
	}
}

func (m *metrics) filed(result string) { m.filings.WithLabelValues(result).Inc() }

func (m *metrics) skipped(reason string) { m.silence.WithLabelValues(reason).Inc() }

func (m *metrics) model(outcome string) { m.models.WithLabelValues(outcome).Inc() }

func (m *metrics) feedback(verdict string) { m.press.WithLabelValues(verdict).Inc() }
