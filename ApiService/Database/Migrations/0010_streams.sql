ALTER TABLE deleted_statuses
    -- Who had a reblog in its home has to hear that it is gone with its original, though it may not know the original's author.
    ADD reblog_of_id bigint;
CREATE INDEX deleted_statuses_reblog ON deleted_statuses (reblog_of_id) WHERE reblog_of_id IS NOT NULL;
-- Streams hear of a deletion by the status alone.
CREATE INDEX deleted_statuses_status ON deleted_statuses (status_id);

CREATE OR REPLACE FUNCTION statuses_leave_trace() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO deleted_statuses (account_id, status_id, visibility, mentioned, hashtags, reblog_of_id) VALUES (
        OLD.account_id, OLD.id, OLD.visibility,
        ARRAY(SELECT account_id FROM mentions WHERE status_id = OLD.id),
        ARRAY(SELECT hashtag FROM status_hashtags WHERE status_id = OLD.id),
        OLD.reblog_of_id)
    ON CONFLICT (account_id, status_id) DO UPDATE SET mentioned = excluded.mentioned, hashtags = excluded.hashtags, reblog_of_id = excluded.reblog_of_id;
    RETURN OLD;
END $$;
