-- What became of the issues that were filed: where they are talked of, the
-- errors they are about, and what is still to be said of them.

-- +goose Up
ALTER TABLE intents ADD COLUMN on_issue BIGINT NOT NULL DEFAULT 0;
ALTER TABLE intents ADD COLUMN language TEXT NOT NULL DEFAULT '';
ALTER TABLE intents ADD COLUMN milvus TEXT NOT NULL DEFAULT '';
ALTER TABLE intents ADD COLUMN problem TEXT NOT NULL DEFAULT '';

CREATE TABLE issues (
    repository  TEXT NOT NULL,
    number      BIGINT NOT NULL,
    closed      BOOLEAN NOT NULL,
    reason      TEXT NOT NULL,
    fix_version TEXT NOT NULL,
    fix_pr      BIGINT NOT NULL,
    gone        BOOLEAN NOT NULL,
    watched     TEXT NOT NULL,
    at          BIGINT NOT NULL,
    PRIMARY KEY (repository, number)
);

CREATE TABLE issue_places (
    repository TEXT NOT NULL,
    number     BIGINT NOT NULL,
    channel    TEXT NOT NULL,
    guild      TEXT NOT NULL,
    language   TEXT NOT NULL,
    milvus     TEXT NOT NULL,
    PRIMARY KEY (repository, number, channel)
);

CREATE TABLE issue_problems (
    repository TEXT NOT NULL,
    number     BIGINT NOT NULL,
    problem    TEXT NOT NULL,
    PRIMARY KEY (repository, number, problem)
);
CREATE INDEX issue_problems_problem ON issue_problems (problem);

CREATE TABLE notes (
    id         TEXT PRIMARY KEY,
    kind       TEXT NOT NULL,
    repository TEXT NOT NULL,
    number     BIGINT NOT NULL,
    channel    TEXT NOT NULL,
    guild      TEXT NOT NULL,
    language   TEXT NOT NULL,
    milvus     TEXT NOT NULL,
    detail     TEXT NOT NULL,
    due        BIGINT NOT NULL,
    sent       BOOLEAN NOT NULL,
    at         BIGINT NOT NULL
);
CREATE INDEX notes_due ON notes (sent, due);

-- +goose Down
DROP TABLE notes;
DROP TABLE issue_problems;
DROP TABLE issue_places;
DROP TABLE issues;
ALTER TABLE intents DROP COLUMN problem;
ALTER TABLE intents DROP COLUMN milvus;
ALTER TABLE intents DROP COLUMN language;
ALTER TABLE intents DROP COLUMN on_issue;
