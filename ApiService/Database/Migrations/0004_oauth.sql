-- Access tokens are signed and carry what they grant; a row stands for the right to use one, and ends it.

-- Keys that sign access tokens. The newest that a process can decrypt signs; all of them verify, for as long as tokens of theirs are in use.
CREATE TABLE signing_keys (
    id          text PRIMARY KEY,
    public_key  bytea NOT NULL,
    -- Encrypted with a key that is not in the database.
    private_key bytea NOT NULL,
    created_at  timestamptz NOT NULL DEFAULT now()
);

-- Opaque tokens are not recognised any more: whoever has one signs in again.
DELETE FROM access_tokens;
ALTER TABLE access_tokens
    DROP COLUMN token_hash,
    -- NULL: a fixed token of test mode, which nobody signed.
    ADD COLUMN key_id text REFERENCES signing_keys;
-- Whether a key has tokens in use, and which tokens an application has.
CREATE INDEX access_tokens_key ON access_tokens (key_id) WHERE revoked_at IS NULL;
CREATE INDEX access_tokens_application ON access_tokens (application_id);

-- What every API process keeps in memory. A table of its own, because the token's row goes with its account or application while the
-- signed token lives on. It empties with the key: without that nothing verifies.
CREATE TABLE token_revocations (
    token_id   bigint PRIMARY KEY,
    key_id     text REFERENCES signing_keys ON DELETE CASCADE,
    -- Readers ask for what their last snapshot could not contain; a sequence would not tell, as it is not in the order of commits.
    txid       xid8 NOT NULL DEFAULT pg_current_xact_id(),
    revoked_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX token_revocations_txid ON token_revocations (txid);
CREATE INDEX token_revocations_key ON token_revocations (key_id);

-- A trigger, so that no way to end a token can forget the processes: an update, a delete, a cascade, an operator's statement by hand.
CREATE FUNCTION revoke_token() RETURNS trigger LANGUAGE plpgsql AS
$$
BEGIN
    INSERT INTO token_revocations (token_id, key_id) VALUES (OLD.id, OLD.key_id) ON CONFLICT DO NOTHING;
    NOTIFY token_revocations;
    RETURN NULL;
END
$$;
CREATE TRIGGER access_tokens_revoked AFTER UPDATE OF revoked_at ON access_tokens
    FOR EACH ROW WHEN (OLD.revoked_at IS NULL AND NEW.revoked_at IS NOT NULL) EXECUTE FUNCTION revoke_token();
CREATE TRIGGER access_tokens_deleted AFTER DELETE ON access_tokens
    FOR EACH ROW WHEN (OLD.revoked_at IS NULL) EXECUTE FUNCTION revoke_token();

-- Registered by an operator instead of by anybody: may use scopes of administration in its own name.
ALTER TABLE oauth_applications ADD COLUMN is_operator boolean NOT NULL DEFAULT false;

-- 0 nobody special, 2 administrator.
ALTER TABLE accounts ADD COLUMN IF NOT EXISTS role smallint NOT NULL DEFAULT 0;

-- Looked up by the code alone, so its hash comes first.
CREATE TABLE oauth_codes (
    code_hash      bytea PRIMARY KEY,
    application_id bigint NOT NULL REFERENCES oauth_applications ON DELETE CASCADE,
    account_id     bigint NOT NULL REFERENCES accounts ON DELETE CASCADE,
    scopes         text[] NOT NULL,
    redirect_uri   text NOT NULL,
    -- S256; NULL when the client uses no PKCE.
    challenge      text,
    expires_at     timestamptz NOT NULL,
    -- Kept after its use: a code that comes twice was stolen, and what the first use gave ends with it.
    used_at        timestamptz,
    token_id       bigint
);
CREATE INDEX oauth_codes_expiry ON oauth_codes (expires_at);
CREATE INDEX oauth_codes_account ON oauth_codes (account_id);

-- Sessions of the log-in pages. Rows, because any process must know them and a log-out must end them.
CREATE TABLE browser_sessions (
    secret_hash bytea PRIMARY KEY,
    account_id  bigint NOT NULL REFERENCES accounts ON DELETE CASCADE,
    created_at  timestamptz NOT NULL DEFAULT now(),
    expires_at  timestamptz NOT NULL
);
CREATE INDEX browser_sessions_account ON browser_sessions (account_id);
CREATE INDEX browser_sessions_expiry ON browser_sessions (expires_at);
