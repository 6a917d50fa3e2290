-- Web push: who is to be told of notifications outside the API, and the key that this server signs with there.

-- One row. Subscriptions are bound to it at the push services, so it is never replaced while there are any; without it they are of no use, and go along.
CREATE TABLE vapid_keys (
    id          text PRIMARY KEY,
    -- The uncompressed point, as clients hand it to browsers.
    public_key  bytea NOT NULL,
    -- Encrypted with a key that is not in the database.
    private_key bytea NOT NULL,
    created_at  timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE push_subscriptions (
    account_id bigint NOT NULL REFERENCES accounts ON DELETE CASCADE,
    id         bigint NOT NULL DEFAULT next_id(),
    -- A client has one, and it ends with the right to act for the account.
    token_id   bigint NOT NULL UNIQUE REFERENCES access_tokens ON DELETE CASCADE,
    key_id     text NOT NULL REFERENCES vapid_keys ON DELETE CASCADE,
    endpoint   text NOT NULL CHECK (length(endpoint) <= 2000),
    -- What only the client can read: its public key and a secret shared with it.
    p256dh     bytea NOT NULL CHECK (length(p256dh) = 65),
    auth       bytea NOT NULL CHECK (length(auth) = 16),
    -- RFC 8291; else the draft before it, which older clients decrypt.
    standard   boolean NOT NULL,
    policy     text NOT NULL CHECK (policy IN ('all', 'followed', 'follower', 'none')),
    -- Types of notifications.
    alerts     text[] NOT NULL,
    -- Base of addresses as the client knows this server; the worker has no request to take it from.
    base_url   text NOT NULL,
    -- Since when the alerts are as they are: nothing older is pushed.
    changed_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (account_id, id)
);
CREATE INDEX push_subscriptions_key ON push_subscriptions (key_id);

-- Whatever way a token ends, nobody is told any more by it. A deleted one takes the row along by itself.
CREATE FUNCTION drop_push_subscription() RETURNS trigger LANGUAGE plpgsql AS
$$
BEGIN
    DELETE FROM push_subscriptions WHERE token_id = OLD.id;
    RETURN NULL;
END
$$;
CREATE TRIGGER access_tokens_push AFTER UPDATE OF revoked_at ON access_tokens
    FOR EACH ROW WHEN (OLD.revoked_at IS NULL AND NEW.revoked_at IS NOT NULL) EXECUTE FUNCTION drop_push_subscription();

-- Handed over for pushing, so that a message that comes again pushes nothing twice. Those of before are not news to anybody.
ALTER TABLE notifications ADD COLUMN pushed boolean NOT NULL DEFAULT true;
ALTER TABLE notifications ALTER COLUMN pushed SET DEFAULT false;
