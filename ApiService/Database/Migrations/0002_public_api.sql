-- What the whole client API needs beyond posting and following. Tables of an account's things lead with that account's id.

ALTER TABLE accounts
    -- 0 user, 1 moderator, 2 administrator
    ADD role              smallint NOT NULL DEFAULT 0 CHECK (role BETWEEN 0 AND 2),
    ADD indexable         boolean NOT NULL DEFAULT true,
    ADD hide_collections  boolean NOT NULL DEFAULT false,
    ADD default_sensitive boolean NOT NULL DEFAULT false,
    -- Lines of the profile: [{"name": …, "value": …}], as written.
    ADD fields            jsonb NOT NULL DEFAULT '[]',
    -- Set by moderators: a suspended account is gone for everybody, a limited one is not recommended and its follows ask first.
    ADD suspended_at      timestamptz,
    ADD limited_at        timestamptz;

ALTER TABLE statuses
    -- Id of the thread's first status; what is muted as a conversation, and what direct conversations are grouped by.
    ADD conversation_id      bigint,
    -- A reblog is a status of its own without text; it goes when the original goes.
    ADD reblog_of_id         bigint REFERENCES statuses (id) ON DELETE CASCADE,
    ADD reblog_of_account_id bigint;
WITH RECURSIVE threads AS (
    SELECT id, id AS root FROM statuses WHERE in_reply_to_id IS NULL
    UNION ALL
    SELECT s.id, t.root FROM statuses s JOIN threads t ON s.in_reply_to_id = t.id)
UPDATE statuses s SET conversation_id = t.root FROM threads t WHERE t.id = s.id;
-- One reblog of a status by an account: a second one finds the first.
CREATE UNIQUE INDEX statuses_reblog ON statuses (reblog_of_id, account_id) WHERE reblog_of_id IS NOT NULL;
CREATE INDEX statuses_conversation ON statuses (conversation_id, id);
DROP INDEX statuses_public;
CREATE INDEX statuses_public ON statuses (id)
    WHERE visibility = 0 AND reblog_of_id IS NULL AND (in_reply_to_account_id IS NULL OR in_reply_to_account_id = account_id);

ALTER TABLE mentions
    -- Edited out of the text: the account may still see the status, but it is no longer addressed.
    ADD silent boolean NOT NULL DEFAULT false;

CREATE TABLE status_edits (
    status_id    bigint NOT NULL REFERENCES statuses (id) ON DELETE CASCADE,
    number       int NOT NULL,
    text         text NOT NULL,
    spoiler_text text NOT NULL,
    sensitive    boolean NOT NULL,
    poll_options text[],
    -- Ids and descriptions of the attachments as they were.
    media        jsonb NOT NULL DEFAULT '[]',
    created_at   timestamptz NOT NULL,
    PRIMARY KEY (status_id, number)
);

-- What was deleted, so that who was away can learn of it; kept for 30 days.
CREATE TABLE deleted_statuses (
    account_id bigint NOT NULL,
    status_id  bigint NOT NULL,
    visibility smallint NOT NULL,
    -- Cursor: made at the deletion, by the same clock as all ids.
    event_id   bigint NOT NULL DEFAULT next_id(),
    deleted_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (account_id, status_id)
);
CREATE INDEX deleted_statuses_event ON deleted_statuses (event_id);

CREATE TABLE favourites (
    account_id bigint NOT NULL REFERENCES accounts ON DELETE CASCADE,
    status_id  bigint NOT NULL REFERENCES statuses (id) ON DELETE CASCADE,
    id         bigint NOT NULL DEFAULT next_id(),
    PRIMARY KEY (account_id, status_id)
);
CREATE INDEX favourites_account_id ON favourites (account_id, id);
CREATE INDEX favourites_status_id ON favourites (status_id, id);

CREATE TABLE bookmarks (
    account_id bigint NOT NULL REFERENCES accounts ON DELETE CASCADE,
    status_id  bigint NOT NULL REFERENCES statuses (id) ON DELETE CASCADE,
    id         bigint NOT NULL DEFAULT next_id(),
    PRIMARY KEY (account_id, status_id)
);
CREATE INDEX bookmarks_account_id ON bookmarks (account_id, id);
CREATE INDEX bookmarks_status ON bookmarks (status_id);

CREATE TABLE status_pins (
    account_id bigint NOT NULL REFERENCES accounts ON DELETE CASCADE,
    status_id  bigint NOT NULL REFERENCES statuses (id) ON DELETE CASCADE,
    id         bigint NOT NULL DEFAULT next_id(),
    PRIMARY KEY (account_id, status_id)
);
CREATE INDEX status_pins_status ON status_pins (status_id);

CREATE TABLE conversation_mutes (
    account_id      bigint NOT NULL REFERENCES accounts ON DELETE CASCADE,
    conversation_id bigint NOT NULL,
    PRIMARY KEY (account_id, conversation_id)
);

-- A direct conversation as one of its participants sees it.
CREATE TABLE conversations (
    account_id      bigint NOT NULL REFERENCES accounts ON DELETE CASCADE,
    conversation_id bigint NOT NULL,
    -- What clients know it by.
    id              bigint NOT NULL DEFAULT next_id(),
    last_status_id  bigint NOT NULL,
    unread          boolean NOT NULL DEFAULT false,
    PRIMARY KEY (account_id, conversation_id)
);
CREATE UNIQUE INDEX conversations_id ON conversations (account_id, id);
CREATE INDEX conversations_last ON conversations (account_id, last_status_id);

CREATE TABLE polls (
    status_id    bigint PRIMARY KEY REFERENCES statuses (id) ON DELETE CASCADE,
    account_id   bigint NOT NULL,
    options      text[] NOT NULL,
    tallies      bigint[] NOT NULL,
    multiple     boolean NOT NULL,
    hide_totals  boolean NOT NULL,
    voters_count bigint NOT NULL DEFAULT 0,
    expires_at   timestamptz NOT NULL,
    -- Whether those concerned have been told of its end.
    closed       boolean NOT NULL DEFAULT false
);
CREATE INDEX polls_open ON polls (expires_at) WHERE NOT closed;

CREATE TABLE poll_votes (
    account_id bigint NOT NULL REFERENCES accounts ON DELETE CASCADE,
    status_id  bigint NOT NULL REFERENCES polls ON DELETE CASCADE,
    choice     smallint NOT NULL,
    PRIMARY KEY (account_id, status_id, choice)
);
CREATE INDEX poll_votes_status ON poll_votes (status_id, account_id);

CREATE TABLE scheduled_statuses (
    account_id     bigint NOT NULL REFERENCES accounts ON DELETE CASCADE,
    id             bigint NOT NULL DEFAULT next_id(),
    scheduled_at   timestamptz NOT NULL,
    -- The request's fields, as the entity's "params" shows them.
    params         jsonb NOT NULL,
    application_id bigint REFERENCES oauth_applications ON DELETE SET NULL,
    attempts       int NOT NULL DEFAULT 0,
    last_error     text,
    PRIMARY KEY (account_id, id)
);
CREATE INDEX scheduled_statuses_due ON scheduled_statuses (scheduled_at);

CREATE TABLE follow_requests (
    account_id   bigint NOT NULL REFERENCES accounts ON DELETE CASCADE,
    target_id    bigint NOT NULL REFERENCES accounts ON DELETE CASCADE,
    id           bigint NOT NULL DEFAULT next_id(),
    show_reblogs boolean NOT NULL DEFAULT true,
    notify       boolean NOT NULL DEFAULT false,
    languages    text[],
    PRIMARY KEY (account_id, target_id),
    CHECK (account_id <> target_id)
);
CREATE INDEX follow_requests_target ON follow_requests (target_id, id);

CREATE TABLE blocks (
    account_id bigint NOT NULL REFERENCES accounts ON DELETE CASCADE,
    target_id  bigint NOT NULL REFERENCES accounts ON DELETE CASCADE,
    id         bigint NOT NULL DEFAULT next_id(),
    PRIMARY KEY (account_id, target_id),
    CHECK (account_id <> target_id)
);
CREATE INDEX blocks_account_id ON blocks (account_id, id);
-- Who blocks the viewer is asked for each status shown.
CREATE INDEX blocks_target ON blocks (target_id, account_id);

CREATE TABLE mutes (
    account_id    bigint NOT NULL REFERENCES accounts ON DELETE CASCADE,
    target_id     bigint NOT NULL REFERENCES accounts ON DELETE CASCADE,
    id            bigint NOT NULL DEFAULT next_id(),
    notifications boolean NOT NULL DEFAULT true,
    -- NULL: until it is taken back. Never in force after this time, removed some time later.
    expires_at    timestamptz,
    PRIMARY KEY (account_id, target_id),
    CHECK (account_id <> target_id)
);
CREATE INDEX mutes_account_id ON mutes (account_id, id);
CREATE INDEX mutes_target ON mutes (target_id);
CREATE INDEX mutes_expiry ON mutes (expires_at) WHERE expires_at IS NOT NULL;

CREATE TABLE account_notes (
    account_id bigint NOT NULL REFERENCES accounts ON DELETE CASCADE,
    target_id  bigint NOT NULL REFERENCES accounts ON DELETE CASCADE,
    comment    text NOT NULL,
    PRIMARY KEY (account_id, target_id)
);
CREATE INDEX account_notes_target ON account_notes (target_id);

CREATE TABLE endorsements (
    account_id bigint NOT NULL REFERENCES accounts ON DELETE CASCADE,
    target_id  bigint NOT NULL REFERENCES accounts ON DELETE CASCADE,
    id         bigint NOT NULL DEFAULT next_id(),
    PRIMARY KEY (account_id, target_id)
);
CREATE INDEX endorsements_target ON endorsements (target_id);

CREATE TABLE lists (
    account_id     bigint NOT NULL REFERENCES accounts ON DELETE CASCADE,
    id             bigint NOT NULL DEFAULT next_id(),
    title          text NOT NULL,
    -- Replies to whom are shown: 0 to members of the list, 1 to anybody the owner follows, 2 to nobody.
    replies_policy smallint NOT NULL DEFAULT 0 CHECK (replies_policy BETWEEN 0 AND 2),
    -- Members' statuses are kept out of the home timeline.
    exclusive      boolean NOT NULL DEFAULT false,
    PRIMARY KEY (account_id, id)
);
CREATE UNIQUE INDEX lists_id ON lists (id);

CREATE TABLE list_accounts (
    -- The list's owner, so that the rows live with the list.
    account_id bigint NOT NULL,
    list_id    bigint NOT NULL,
    target_id  bigint NOT NULL REFERENCES accounts ON DELETE CASCADE,
    id         bigint NOT NULL DEFAULT next_id(),
    PRIMARY KEY (list_id, target_id),
    FOREIGN KEY (account_id, list_id) REFERENCES lists (account_id, id) ON DELETE CASCADE
);
-- Asked for each status of a home: is its author in an exclusive list of the reader?
CREATE INDEX list_accounts_target ON list_accounts (account_id, target_id);
CREATE INDEX list_accounts_member ON list_accounts (target_id);

CREATE TABLE hashtags (
    -- Normalised: NFKC, lower case.
    hashtag      text PRIMARY KEY,
    -- As it was first written.
    display_name text NOT NULL,
    id           bigint NOT NULL DEFAULT next_id(),
    created_at   timestamptz NOT NULL DEFAULT now()
);
-- Prefix search.
CREATE INDEX hashtags_prefix ON hashtags (hashtag text_pattern_ops);
INSERT INTO hashtags (hashtag, display_name) SELECT DISTINCT hashtag, hashtag FROM status_hashtags;

CREATE TABLE tag_follows (
    account_id bigint NOT NULL REFERENCES accounts ON DELETE CASCADE,
    hashtag    text NOT NULL,
    id         bigint NOT NULL DEFAULT next_id(),
    PRIMARY KEY (account_id, hashtag)
);
CREATE INDEX tag_follows_account_id ON tag_follows (account_id, id);
-- Fan-out walks the followers of a tag by account.
CREATE INDEX tag_follows_hashtag ON tag_follows (hashtag, account_id);

CREATE TABLE featured_tags (
    account_id bigint NOT NULL REFERENCES accounts ON DELETE CASCADE,
    id         bigint NOT NULL DEFAULT next_id(),
    hashtag    text NOT NULL,
    -- As its owner wrote it.
    name       text NOT NULL,
    PRIMARY KEY (account_id, id)
);
CREATE UNIQUE INDEX featured_tags_hashtag ON featured_tags (account_id, hashtag);

CREATE TABLE filters (
    account_id bigint NOT NULL REFERENCES accounts ON DELETE CASCADE,
    id         bigint NOT NULL DEFAULT next_id(),
    title      text NOT NULL,
    context    text[] NOT NULL,
    action     text NOT NULL CHECK (action IN ('warn', 'hide', 'blur')),
    expires_at timestamptz,
    PRIMARY KEY (account_id, id)
);

CREATE TABLE filter_keywords (
    account_id bigint NOT NULL,
    filter_id  bigint NOT NULL,
    id         bigint NOT NULL DEFAULT next_id(),
    keyword    text NOT NULL,
    whole_word boolean NOT NULL,
    PRIMARY KEY (account_id, id),
    FOREIGN KEY (account_id, filter_id) REFERENCES filters ON DELETE CASCADE
);
CREATE INDEX filter_keywords_filter ON filter_keywords (account_id, filter_id);

CREATE TABLE filter_statuses (
    account_id bigint NOT NULL,
    filter_id  bigint NOT NULL,
    id         bigint NOT NULL DEFAULT next_id(),
    status_id  bigint NOT NULL REFERENCES statuses (id) ON DELETE CASCADE,
    PRIMARY KEY (account_id, id),
    UNIQUE (account_id, filter_id, status_id),
    FOREIGN KEY (account_id, filter_id) REFERENCES filters ON DELETE CASCADE
);
CREATE INDEX filter_statuses_status ON filter_statuses (status_id);

ALTER TABLE notifications DROP CONSTRAINT notifications_type_check;
ALTER TABLE notifications
    ADD CHECK (type IN ('mention', 'status', 'reblog', 'follow', 'follow_request', 'favourite', 'poll', 'update', 'admin.sign_up', 'admin.report')),
    -- Notifications that a client may show as one; NULL: stands alone.
    ADD group_key text,
    -- Kept back by the recipient's policy until it is asked for.
    ADD filtered  boolean NOT NULL DEFAULT false;
CREATE INDEX notifications_group ON notifications (account_id, group_key, id) WHERE group_key IS NOT NULL;
CREATE INDEX notifications_from ON notifications (account_id, from_account_id, id);

-- What an account lets through: accept, filter or drop for each kind of sender.
CREATE TABLE notification_policies (
    account_id           bigint PRIMARY KEY REFERENCES accounts ON DELETE CASCADE,
    for_not_following    text NOT NULL DEFAULT 'accept' CHECK (for_not_following IN ('accept', 'filter', 'drop')),
    for_not_followers    text NOT NULL DEFAULT 'accept' CHECK (for_not_followers IN ('accept', 'filter', 'drop')),
    for_new_accounts     text NOT NULL DEFAULT 'accept' CHECK (for_new_accounts IN ('accept', 'filter', 'drop')),
    for_private_mentions text NOT NULL DEFAULT 'filter' CHECK (for_private_mentions IN ('accept', 'filter', 'drop')),
    for_limited_accounts text NOT NULL DEFAULT 'filter' CHECK (for_limited_accounts IN ('accept', 'filter', 'drop'))
);

-- Whose notifications the policy keeps back, one row per sender; gone once it is empty.
CREATE TABLE notification_requests (
    account_id      bigint NOT NULL REFERENCES accounts ON DELETE CASCADE,
    from_account_id bigint NOT NULL REFERENCES accounts ON DELETE CASCADE,
    id              bigint NOT NULL DEFAULT next_id(),
    created_at      timestamptz NOT NULL DEFAULT now(),
    updated_at      timestamptz NOT NULL DEFAULT now(),
    dismissed       boolean NOT NULL DEFAULT false,
    PRIMARY KEY (account_id, from_account_id)
);
CREATE UNIQUE INDEX notification_requests_id ON notification_requests (account_id, id);
CREATE INDEX notification_requests_from ON notification_requests (from_account_id);

-- Senders that were let through by hand, whatever the policy says.
CREATE TABLE notification_permissions (
    account_id      bigint NOT NULL REFERENCES accounts ON DELETE CASCADE,
    from_account_id bigint NOT NULL REFERENCES accounts ON DELETE CASCADE,
    PRIMARY KEY (account_id, from_account_id)
);
CREATE INDEX notification_permissions_from ON notification_permissions (from_account_id);

CREATE TABLE markers (
    account_id   bigint NOT NULL REFERENCES accounts ON DELETE CASCADE,
    timeline     text NOT NULL CHECK (timeline IN ('home', 'notifications')),
    last_read_id bigint NOT NULL,
    version      int NOT NULL DEFAULT 0,
    updated_at   timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (account_id, timeline)
);

CREATE TABLE reports (
    account_id      bigint NOT NULL REFERENCES accounts ON DELETE CASCADE,
    id              bigint NOT NULL DEFAULT next_id(),
    target_id       bigint NOT NULL REFERENCES accounts ON DELETE CASCADE,
    status_ids      bigint[] NOT NULL DEFAULT '{}',
    comment         text NOT NULL DEFAULT '',
    category        text NOT NULL CHECK (category IN ('spam', 'legal', 'violation', 'other')),
    rule_ids        bigint[] NOT NULL DEFAULT '{}',
    forward         boolean NOT NULL DEFAULT false,
    created_at      timestamptz NOT NULL DEFAULT now(),
    updated_at      timestamptz NOT NULL DEFAULT now(),
    assigned_to     bigint REFERENCES accounts ON DELETE SET NULL,
    action_taken_at timestamptz,
    action_taken_by bigint REFERENCES accounts ON DELETE SET NULL,
    PRIMARY KEY (account_id, id)
);
CREATE UNIQUE INDEX reports_id ON reports (id);
CREATE INDEX reports_open ON reports (id) WHERE action_taken_at IS NULL;
CREATE INDEX reports_target ON reports (target_id, id);

-- Keys now belong to any mutating request of an account or, where there is none yet, of an application.
DROP TABLE idempotency_keys;
CREATE TABLE idempotency_keys (
    -- Account or application; their ids come from one sequence.
    owner_id    bigint NOT NULL,
    key         text NOT NULL CHECK (length(key) <= 255),
    -- Of method, path and fields: the same key with another request is a mistake.
    fingerprint bytea NOT NULL,
    -- What the request made, if anything.
    resource_id bigint NOT NULL,
    created_at  timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (owner_id, key)
);
CREATE INDEX idempotency_keys_age ON idempotency_keys (created_at);
