-- Issues that are about to be filed, and how often people asked to be
-- forgotten.

-- +goose Up
CREATE TABLE intents (
    id           TEXT PRIMARY KEY,
    state        TEXT NOT NULL,
    author       TEXT NOT NULL,
    guild        TEXT NOT NULL,
    channel      TEXT NOT NULL,
    thread_link  TEXT NOT NULL,
    repository   TEXT NOT NULL,
    title        TEXT NOT NULL,
    body         TEXT NOT NULL,
    draft        TEXT NOT NULL,
    marker       TEXT NOT NULL UNIQUE,
    digest       TEXT NOT NULL,
    confirmed_by TEXT NOT NULL,
    confirmed_at BIGINT NOT NULL,
    issue        BIGINT NOT NULL,
    created_at   BIGINT NOT NULL,
    changed_at   BIGINT NOT NULL
);
CREATE INDEX intents_state ON intents (state);
CREATE INDEX intents_author ON intents (author);
CREATE INDEX intents_issue ON intents (repository, issue);

CREATE TABLE forgotten (
    id      TEXT PRIMARY KEY,
    removed BIGINT NOT NULL,
    at      BIGINT NOT NULL
);

-- +goose Down
DROP TABLE forgotten;
DROP TABLE intents;
