-- Quote posts, and who may make them.

ALTER TABLE accounts
    -- Policy of new statuses; see statuses.quote_policy.
    ADD default_quote_policy smallint NOT NULL DEFAULT 0 CHECK (default_quote_policy BETWEEN 0 AND 2);

ALTER TABLE statuses
    -- Who else may quote it: 0 anybody, 1 followers, 2 nobody. What is not for everybody only its author may quote, whatever stands here.
    ADD quote_policy        smallint NOT NULL DEFAULT 0 CHECK (quote_policy BETWEEN 0 AND 2),
    -- NULL as well once the quoted status is deleted; that there was one, the account says, which stays.
    ADD quote_of_id         bigint REFERENCES statuses (id) ON DELETE SET NULL,
    ADD quote_of_account_id bigint,
    -- Taken back by the author of the quoted status; it can no longer be shown with the quote, nor is the quote counted.
    ADD quote_revoked       boolean NOT NULL DEFAULT false;
-- Quotes of a status, newest first; and what a deletion has to set to NULL.
CREATE INDEX statuses_quotes ON statuses (quote_of_id, id) WHERE quote_of_id IS NOT NULL;

ALTER TABLE status_stats ADD quotes_count bigint NOT NULL DEFAULT 0;

ALTER TABLE notifications DROP CONSTRAINT notifications_type_check;
ALTER TABLE notifications ADD CONSTRAINT notifications_type_check
    CHECK (type IN ('mention', 'status', 'reblog', 'follow', 'follow_request', 'favourite', 'poll', 'update', 'quote', 'quoted_update', 'admin.sign_up', 'admin.report'));
