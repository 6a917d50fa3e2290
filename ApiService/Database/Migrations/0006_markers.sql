-- How far an account has read each of its timelines, so that another client goes on there. One small row each, read whole.
CREATE TABLE IF NOT EXISTS markers (
    account_id   bigint NOT NULL REFERENCES accounts ON DELETE CASCADE,
    timeline     text NOT NULL,
    last_read_id bigint NOT NULL,
    version      int NOT NULL DEFAULT 0,
    updated_at   timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (account_id, timeline)
);
