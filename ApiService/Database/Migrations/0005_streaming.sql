-- What the live streams need beyond the rows themselves, to say what happened while a client was away.

ALTER TABLE deleted_statuses
    -- Whom it mentioned and how it was tagged: their streams had it, and those rows are gone with the status.
    ADD mentioned bigint[] NOT NULL DEFAULT '{}',
    ADD hashtags  text[] NOT NULL DEFAULT '{}';

-- A trigger, because a status goes in several ways (its author, with its original, with its account), and each has to leave its
-- trace; and before the deletion, while the mentions and hashtags are still there.
CREATE FUNCTION statuses_leave_trace() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO deleted_statuses (account_id, status_id, visibility, mentioned, hashtags) VALUES (
        OLD.account_id, OLD.id, OLD.visibility,
        ARRAY(SELECT account_id FROM mentions WHERE status_id = OLD.id),
        ARRAY(SELECT hashtag FROM status_hashtags WHERE status_id = OLD.id))
    ON CONFLICT (account_id, status_id) DO UPDATE SET mentioned = excluded.mentioned, hashtags = excluded.hashtags;
    RETURN OLD;
END $$;
CREATE TRIGGER statuses_leave_trace BEFORE DELETE ON statuses FOR EACH ROW EXECUTE FUNCTION statuses_leave_trace();

-- What was edited since: few rows, as most statuses never are.
CREATE INDEX statuses_edited ON statuses (edited_at) WHERE edited_at IS NOT NULL;
