-- What readers said of the answers, where threads stand, and what nobody
-- knows yet.

-- +goose Up
CREATE TABLE feedback (
    report  TEXT NOT NULL,
    author  TEXT NOT NULL,
    verdict TEXT NOT NULL,
    guild   TEXT NOT NULL,
    reason  TEXT NOT NULL,
    entry   TEXT NOT NULL,
    problem TEXT NOT NULL,
    at      BIGINT NOT NULL,
    PRIMARY KEY (report, author, verdict)
);
CREATE INDEX feedback_guild ON feedback (guild, at);
CREATE INDEX feedback_author ON feedback (author);

CREATE TABLE tallies (
    guild TEXT NOT NULL,
    day   BIGINT NOT NULL,
    what  TEXT NOT NULL,
    entry TEXT NOT NULL,
    times BIGINT NOT NULL,
    PRIMARY KEY (guild, day, what, entry)
);

CREATE TABLE threads (
    thread TEXT PRIMARY KEY,
    guild  TEXT NOT NULL,
    solved BOOLEAN NOT NULL,
    staff  BOOLEAN NOT NULL,
    at     BIGINT NOT NULL
);

CREATE TABLE thread_problems (
    thread  TEXT NOT NULL,
    problem TEXT NOT NULL,
    at      BIGINT NOT NULL,
    PRIMARY KEY (thread, problem)
);

CREATE TABLE gaps (
    guild       TEXT NOT NULL,
    fingerprint TEXT NOT NULL,
    masked      TEXT NOT NULL,
    component   TEXT NOT NULL,
    code        BIGINT NOT NULL,
    times       BIGINT NOT NULL,
    first_at    BIGINT NOT NULL,
    last_at     BIGINT NOT NULL,
    PRIMARY KEY (guild, fingerprint)
);

-- +goose Down
DROP TABLE gaps;
DROP TABLE thread_problems;
DROP TABLE threads;
DROP TABLE tallies;
DROP TABLE feedback;
