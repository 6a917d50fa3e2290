-- Suspension, deletion, moderation.

ALTER TABLE accounts
    -- Deleted by its owner: suspended from that moment, its things are removed in the background.
    ADD deleted_at timestamptz,
    -- The background has finished. The row itself stays, empty, so that nobody else can take the name over and be mistaken for its owner.
    ADD erased_at  timestamptz;

-- Asked for each status shown, whether its author is suspended or limited; both are few, so the indexes are a page or two.
CREATE INDEX accounts_suspended ON accounts (id) WHERE suspended_at IS NOT NULL;
CREATE INDEX accounts_limited ON accounts (id) WHERE limited_at IS NOT NULL;
-- What the background has left to do.
CREATE INDEX accounts_doomed ON accounts (deleted_at) WHERE deleted_at IS NOT NULL AND erased_at IS NULL;

-- The other end of what an account wrote to others; without it erasing an account would read the whole table for each batch.
CREATE INDEX notifications_sender ON notifications (from_account_id);
CREATE INDEX endorsements_account_id ON endorsements (account_id, id);
CREATE INDEX list_accounts_list_id ON list_accounts (list_id, id);
CREATE INDEX reports_assigned ON reports (assigned_to) WHERE assigned_to IS NOT NULL;

-- What moderators did, and why; kept as long as the account it was done to.
CREATE TABLE moderation_actions (
    -- To whom.
    account_id   bigint NOT NULL REFERENCES accounts ON DELETE CASCADE,
    id           bigint NOT NULL DEFAULT next_id(),
    moderator_id bigint REFERENCES accounts ON DELETE SET NULL,
    action       text NOT NULL CHECK (action IN ('none', 'silence', 'unsilence', 'suspend', 'unsuspend')),
    report_id    bigint,
    text         text NOT NULL DEFAULT '',
    created_at   timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (account_id, id)
);

-- Other servers that an account wants nothing of. This one talks to none, so a row hides nothing; clients keep the list here, and it goes with its owner.
CREATE TABLE domain_blocks (
    account_id bigint NOT NULL REFERENCES accounts ON DELETE CASCADE,
    domain     text NOT NULL CHECK (length(domain) <= 253),
    id         bigint NOT NULL DEFAULT next_id(),
    PRIMARY KEY (account_id, domain)
);
