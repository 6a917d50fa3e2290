-- Accounts that somebody recommends to others.
CREATE TABLE collections (
    account_id   bigint NOT NULL REFERENCES accounts ON DELETE CASCADE,
    id           bigint NOT NULL DEFAULT next_id(),
    name         text NOT NULL,
    description  text NOT NULL DEFAULT '',
    language     text,
    -- Normalised, and as its owner wrote it.
    hashtag      text,
    tag_name     text,
    sensitive    boolean NOT NULL,
    -- Shown to others than the owner in lists; who knows the id sees it anyway.
    discoverable boolean NOT NULL,
    created_at   timestamptz NOT NULL DEFAULT now(),
    updated_at   timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (account_id, id)
);
-- Others ask by the id alone.
CREATE UNIQUE INDEX collections_id ON collections (id);

CREATE TABLE collection_items (
    -- The owner, so that the rows live with the collection.
    account_id    bigint NOT NULL,
    collection_id bigint NOT NULL,
    target_id     bigint NOT NULL REFERENCES accounts ON DELETE CASCADE,
    id            bigint NOT NULL DEFAULT next_id(),
    created_at    timestamptz NOT NULL DEFAULT now(),
    -- Taken out by whom it recommends. The row stays, so that they are not put in again.
    revoked       boolean NOT NULL DEFAULT false,
    PRIMARY KEY (account_id, collection_id, target_id),
    FOREIGN KEY (account_id, collection_id) REFERENCES collections ON DELETE CASCADE
);
-- What an account is in; and its rows, when it is erased.
CREATE INDEX collection_items_target ON collection_items (target_id, collection_id);
