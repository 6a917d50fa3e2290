-- Every table of an account's things leads with that account's id, so that it can be distributed by account without a redesign.
-- Ids: 48 bits of milliseconds since 1970, then 16 bits of a sequence. Ordered by time, made by one clock, unique up to 65,536 per millisecond.
CREATE SEQUENCE id_sequence CACHE 1 CYCLE MINVALUE 0 MAXVALUE 65535;

CREATE FUNCTION next_id() RETURNS bigint LANGUAGE sql VOLATILE PARALLEL UNSAFE AS
$$ SELECT ((extract(epoch FROM clock_timestamp()) * 1000)::bigint << 16) | nextval('id_sequence') $$;

CREATE TABLE accounts (
    id              bigint PRIMARY KEY DEFAULT next_id(),
    username        text NOT NULL CHECK (username ~ '^[A-Za-z0-9_]{1,30}$'),
    display_name    text NOT NULL DEFAULT '',
    note            text NOT NULL DEFAULT '',
    locked          boolean NOT NULL DEFAULT false,
    bot             boolean NOT NULL DEFAULT false,
    discoverable    boolean NOT NULL DEFAULT true,
    default_privacy smallint NOT NULL DEFAULT 0,
    language        text,
    -- Set once, never cleared: since then the account's statuses are merged in at read instead of being pushed.
    merged_since    timestamptz,
    created_at      timestamptz NOT NULL DEFAULT now()
);
-- Usernames are told apart without regard to case.
CREATE UNIQUE INDEX accounts_username ON accounts (lower(username));
-- Read every few seconds by each API process; tiny, because few accounts are ever that large.
CREATE INDEX accounts_merged ON accounts (id) WHERE merged_since IS NOT NULL;

-- Counters change far more often than accounts; apart from them they stay small, and updates stay on the page (HOT).
CREATE TABLE account_stats (
    account_id      bigint PRIMARY KEY REFERENCES accounts ON DELETE CASCADE,
    statuses_count  bigint NOT NULL DEFAULT 0,
    followers_count bigint NOT NULL DEFAULT 0,
    following_count bigint NOT NULL DEFAULT 0,
    last_status_at  date
) WITH (fillfactor = 70);

CREATE TABLE credentials (
    account_id    bigint PRIMARY KEY REFERENCES accounts ON DELETE CASCADE,
    email         text NOT NULL CHECK (length(email) <= 320),
    password_hash text NOT NULL
);
CREATE UNIQUE INDEX credentials_email ON credentials (lower(email));

CREATE TABLE oauth_applications (
    id            bigint PRIMARY KEY DEFAULT next_id(),
    client_id     text NOT NULL UNIQUE,
    -- SHA-256: the secret has 256 random bits, so a slow hash would protect nothing more.
    secret_hash   bytea NOT NULL,
    name          text NOT NULL CHECK (length(name) BETWEEN 1 AND 60),
    website       text CHECK (length(website) <= 2000),
    redirect_uris text[] NOT NULL,
    scopes        text[] NOT NULL,
    created_at    timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE access_tokens (
    id             bigint PRIMARY KEY DEFAULT next_id(),
    token_hash     bytea NOT NULL UNIQUE,
    application_id bigint NOT NULL REFERENCES oauth_applications ON DELETE CASCADE,
    -- NULL: the application acts for itself (client credentials).
    account_id     bigint REFERENCES accounts ON DELETE CASCADE,
    scopes         text[] NOT NULL,
    created_at     timestamptz NOT NULL DEFAULT now(),
    revoked_at     timestamptz
);
CREATE INDEX access_tokens_account ON access_tokens (account_id) WHERE account_id IS NOT NULL;

CREATE TABLE statuses (
    account_id             bigint NOT NULL REFERENCES accounts ON DELETE CASCADE,
    id                     bigint NOT NULL DEFAULT next_id(),
    text                   text NOT NULL,
    spoiler_text           text NOT NULL DEFAULT '',
    sensitive              boolean NOT NULL DEFAULT false,
    -- 0 public, 1 unlisted, 2 private, 3 direct
    visibility             smallint NOT NULL CHECK (visibility BETWEEN 0 AND 3),
    language               text,
    in_reply_to_id         bigint,
    in_reply_to_account_id bigint,
    application_id         bigint REFERENCES oauth_applications ON DELETE SET NULL,
    created_at             timestamptz NOT NULL DEFAULT now(),
    edited_at              timestamptz,
    PRIMARY KEY (account_id, id)
);
CREATE UNIQUE INDEX statuses_id ON statuses (id);
-- Public timelines: newest public statuses that do not answer somebody else.
CREATE INDEX statuses_public ON statuses (id) WHERE visibility = 0 AND (in_reply_to_account_id IS NULL OR in_reply_to_account_id = account_id);
-- Replies of a status: its thread, its counter, and what is orphaned when it goes.
CREATE INDEX statuses_replies ON statuses (in_reply_to_id) WHERE in_reply_to_id IS NOT NULL;

CREATE TABLE status_stats (
    status_id        bigint PRIMARY KEY REFERENCES statuses (id) ON DELETE CASCADE,
    replies_count    bigint NOT NULL DEFAULT 0,
    reblogs_count    bigint NOT NULL DEFAULT 0,
    favourites_count bigint NOT NULL DEFAULT 0
) WITH (fillfactor = 70);

CREATE TABLE mentions (
    account_id bigint NOT NULL REFERENCES accounts ON DELETE CASCADE,
    status_id  bigint NOT NULL REFERENCES statuses (id) ON DELETE CASCADE,
    PRIMARY KEY (account_id, status_id)
);
CREATE INDEX mentions_status ON mentions (status_id);

CREATE TABLE status_hashtags (
    -- Normalised: NFKC, lower case.
    hashtag    text NOT NULL,
    status_id  bigint NOT NULL REFERENCES statuses (id) ON DELETE CASCADE,
    account_id bigint NOT NULL,
    PRIMARY KEY (hashtag, status_id)
);
CREATE INDEX status_hashtags_status ON status_hashtags (status_id);

CREATE TABLE follows (
    account_id   bigint NOT NULL REFERENCES accounts ON DELETE CASCADE,
    target_id    bigint NOT NULL REFERENCES accounts ON DELETE CASCADE,
    -- Cursor of the follower and following lists.
    id           bigint NOT NULL DEFAULT next_id(),
    show_reblogs boolean NOT NULL DEFAULT true,
    notify       boolean NOT NULL DEFAULT false,
    languages    text[],
    created_at   timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (account_id, target_id),
    CHECK (account_id <> target_id)
);
-- Fan-out walks the followers of an author by id; the list of followers pages by follow.
CREATE INDEX follows_target ON follows (target_id, account_id);
CREATE INDEX follows_target_id ON follows (target_id, id);
CREATE INDEX follows_account_id ON follows (account_id, id);

CREATE TABLE notifications (
    account_id      bigint NOT NULL REFERENCES accounts ON DELETE CASCADE,
    id              bigint NOT NULL DEFAULT next_id(),
    type            text NOT NULL CHECK (type IN ('follow', 'mention')),
    from_account_id bigint NOT NULL REFERENCES accounts ON DELETE CASCADE,
    status_id       bigint REFERENCES statuses (id) ON DELETE CASCADE,
    created_at      timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (account_id, id)
);
-- A redelivered message must not notify twice.
CREATE UNIQUE INDEX notifications_once ON notifications (account_id, type, from_account_id, coalesce(status_id, 0));
CREATE INDEX notifications_status ON notifications (status_id) WHERE status_id IS NOT NULL;

-- What has to reach the broker, written in the transaction of the change itself; rows leave once the broker has confirmed them.
CREATE TABLE outbox (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    routing_key text NOT NULL,
    payload     bytea NOT NULL,
    -- W3C trace context, so that one trace runs from the request to the follower's timeline.
    traceparent text,
    created_at  timestamptz NOT NULL DEFAULT now(),
    attempts    int NOT NULL DEFAULT 0,
    last_error  text,
    not_before  timestamptz NOT NULL DEFAULT now()
) WITH (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 2000, autovacuum_analyze_scale_factor = 0, autovacuum_analyze_threshold = 5000);

CREATE TABLE idempotency_keys (
    account_id  bigint NOT NULL REFERENCES accounts ON DELETE CASCADE,
    key         text NOT NULL CHECK (length(key) <= 255),
    fingerprint bytea NOT NULL,
    status_id   bigint,
    created_at  timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (account_id, key)
);
CREATE INDEX idempotency_keys_age ON idempotency_keys (created_at);
