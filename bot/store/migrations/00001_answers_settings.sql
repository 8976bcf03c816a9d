-- What was answered, and what the admins of a guild set. The statements of
-- these files are read by SQLite and PostgreSQL alike: TEXT, BIGINT (times in
-- Unix milliseconds) and BOOLEAN only, no sequences.

-- +goose Up
CREATE TABLE answers (
    message   TEXT PRIMARY KEY,
    guild     TEXT NOT NULL,
    channel   TEXT NOT NULL,
    author    TEXT NOT NULL,
    reply     TEXT NOT NULL,
    addressed BOOLEAN NOT NULL,
    entry     TEXT NOT NULL,
    problem   TEXT NOT NULL,
    at        BIGINT NOT NULL
);
CREATE INDEX answers_at ON answers (at);
CREATE INDEX answers_author ON answers (author);

CREATE TABLE seen (
    kind TEXT NOT NULL,
    id   TEXT NOT NULL,
    at   BIGINT NOT NULL,
    PRIMARY KEY (kind, id)
);
CREATE INDEX seen_at ON seen (at);

CREATE TABLE settings (
    guild       TEXT PRIMARY KEY,
    channels    TEXT,
    forums      TEXT,
    staff_roles TEXT,
    language    TEXT NOT NULL,
    repository  TEXT NOT NULL,
    auto_reply  BOOLEAN,
    dry_run     BOOLEAN,
    changed_by  TEXT NOT NULL,
    changed_at  BIGINT NOT NULL
);

CREATE TABLE channel_languages (
    guild    TEXT NOT NULL,
    channel  TEXT NOT NULL,
    language TEXT NOT NULL,
    PRIMARY KEY (guild, channel)
);

-- +goose Down
DROP TABLE channel_languages;
DROP TABLE settings;
DROP TABLE seen;
DROP TABLE answers;
