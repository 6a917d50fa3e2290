-- What the live streams need beyond the rows themselves, to say what happened while a client was away.

CREATE TABLE IF NOT EXISTS deleted_statuses (
    account_id bigint NOT NULL,
    status_id  bigint NOT NULL,
    visibility smallint NOT NULL,
    -- Cursor: made at the deletion, by the same clock as all ids.
    event_id   bigint NOT NULL DEFAULT next_id(),
    deleted_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (account_id, status_id)
);
CREATE INDEX IF NOT EXISTS deleted_statuses_event ON deleted_statuses (event_id);

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

CREATE TABLE IF NOT EXISTS lists (
    account_id     bigint NOT NULL REFERENCES accounts ON DELETE CASCADE,
    id             bigint NOT NULL DEFAULT next_id(),
    title          text NOT NULL,
    -- Replies to whom are shown: 0 to members of the list, 1 to anybody the owner follows, 2 to nobody.
    replies_policy smallint NOT NULL DEFAULT 0 CHECK (replies_policy BETWEEN 0 AND 2),
    -- Members' statuses are kept out of the home timeline.
    exclusive      boolean NOT NULL DEFAULT false,
    PRIMARY KEY (account_id, id)
);
CREATE UNIQUE INDEX IF NOT EXISTS lists_id ON lists (id);

CREATE TABLE IF NOT EXISTS list_accounts (
    -- The list's owner, so that the rows live with the list.
    account_id bigint NOT NULL,
    list_id    bigint NOT NULL,
    target_id  bigint NOT NULL REFERENCES accounts ON DELETE CASCADE,
    id         bigint NOT NULL DEFAULT next_id(),
    PRIMARY KEY (list_id, target_id),
    FOREIGN KEY (account_id, list_id) REFERENCES lists (account_id, id) ON DELETE CASCADE
);
CREATE INDEX IF NOT EXISTS list_accounts_target ON list_accounts (account_id, target_id);
CREATE INDEX IF NOT EXISTS list_accounts_member ON list_accounts (target_id);
