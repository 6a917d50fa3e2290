CREATE TABLE media_attachments (
    account_id       bigint NOT NULL REFERENCES accounts ON DELETE CASCADE,
    id               bigint NOT NULL DEFAULT next_id(),
    -- A deleted status lets go of its media, for "delete and redraft".
    status_id        bigint REFERENCES statuses (id) ON DELETE SET NULL,
    -- Place among the media of the status.
    position         smallint NOT NULL DEFAULT 0,
    original_key     text NOT NULL,
    small_key        text NOT NULL,
    content_type     text NOT NULL,
    width            int NOT NULL,
    height           int NOT NULL,
    small_width      int NOT NULL,
    small_height     int NOT NULL,
    focus_x          real,
    focus_y          real,
    blurhash         text NOT NULL,
    description      text CHECK (length(description) <= 1500),
    created_at       timestamptz NOT NULL DEFAULT now(),
    -- Kept by a trigger; since when nobody sees it. Not created_at: a redraft takes up old media.
    unattached_since timestamptz,
    PRIMARY KEY (account_id, id),
    CHECK ((status_id IS NULL) = (unattached_since IS NOT NULL))
);
-- The media of a page of statuses; also what a deleted status lets go of.
CREATE INDEX media_attachments_status ON media_attachments (status_id, position) WHERE status_id IS NOT NULL;
-- What was uploaded and never posted, oldest first.
CREATE INDEX media_attachments_unattached ON media_attachments (unattached_since) WHERE status_id IS NULL;

CREATE FUNCTION media_attachment_moves() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.unattached_since := CASE WHEN NEW.status_id IS NULL THEN now() END;
    RETURN NEW;
END $$;
-- WHEN: an edit of the description does not begin the wait anew.
CREATE TRIGGER media_attachment_appears BEFORE INSERT ON media_attachments FOR EACH ROW EXECUTE FUNCTION media_attachment_moves();
CREATE TRIGGER media_attachment_moves BEFORE UPDATE OF status_id ON media_attachments FOR EACH ROW
    WHEN (OLD.status_id IS DISTINCT FROM NEW.status_id) EXECUTE FUNCTION media_attachment_moves();

ALTER TABLE accounts ADD COLUMN avatar_key text, ADD COLUMN header_key text;

-- Files in the media storage that no row names, to be deleted. A file is entered here before it is stored and taken out by the row
-- that names it, so that a crash in between leaves nothing behind. Triggers see to the rest, cascades of a deleted account included:
-- no statement elsewhere has to remember files.
CREATE TABLE discarded_files (
    key        text PRIMARY KEY,
    not_before timestamptz NOT NULL
);
CREATE INDEX discarded_files_due ON discarded_files (not_before);

CREATE FUNCTION media_files_change() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    names  text[] := TG_ARGV;
    before jsonb := to_jsonb(OLD);
    after  jsonb := to_jsonb(NEW);
BEGIN
    DELETE FROM discarded_files WHERE key IN (SELECT after ->> name FROM unnest(names) AS name);
    INSERT INTO discarded_files (key, not_before)
    SELECT DISTINCT before ->> name, now() FROM unnest(names) AS name
    WHERE before ->> name IS NOT NULL AND NOT EXISTS (SELECT FROM unnest(names) AS kept WHERE after ->> kept = before ->> name)
    ON CONFLICT DO NOTHING;
    RETURN NULL;
END $$;
CREATE TRIGGER media_attachment_files AFTER INSERT OR DELETE OR UPDATE OF original_key, small_key ON media_attachments
    FOR EACH ROW EXECUTE FUNCTION media_files_change('original_key', 'small_key');
-- Two triggers, so that a sign-up and an update of anything else cost nothing.
CREATE TRIGGER account_files_change AFTER UPDATE OF avatar_key, header_key ON accounts FOR EACH ROW
    WHEN (OLD.avatar_key IS DISTINCT FROM NEW.avatar_key OR OLD.header_key IS DISTINCT FROM NEW.header_key)
    EXECUTE FUNCTION media_files_change('avatar_key', 'header_key');
CREATE TRIGGER account_files_go AFTER DELETE ON accounts FOR EACH ROW
    WHEN (OLD.avatar_key IS NOT NULL OR OLD.header_key IS NOT NULL)
    EXECUTE FUNCTION media_files_change('avatar_key', 'header_key');
