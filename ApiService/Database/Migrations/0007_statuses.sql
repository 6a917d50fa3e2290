-- What is forgotten after a while.
CREATE INDEX deleted_statuses_age ON deleted_statuses (deleted_at);

ALTER TABLE scheduled_statuses
    -- What this server was called in the request, so that full handles in the text are understood when it is published.
    ADD host            text NOT NULL DEFAULT '',
    ADD last_attempt_at timestamptz;

-- Pins page by their own id, newest first.
CREATE INDEX status_pins_account_id ON status_pins (account_id, id);
-- Who reblogged a status is listed by reblog, newest first.
CREATE INDEX statuses_reblogs ON statuses (reblog_of_id, id) WHERE reblog_of_id IS NOT NULL;
