-- Search, hashtags, trends, suggestions.

-- Both extensions are trusted (the owner of a database may create them) and come with PostgreSQL. Azure Database for PostgreSQL has
-- them too, but only after both are named in the server parameter azure.extensions: PG_TRGM,UNACCENT.
CREATE EXTENSION IF NOT EXISTS pg_trgm;
CREATE EXTENSION IF NOT EXISTS unaccent;

-- Words as they are, in any language, without accents: people write in many languages and rarely say in which, so no stemming.
CREATE TEXT SEARCH CONFIGURATION microblog (COPY = simple);
ALTER TEXT SEARCH CONFIGURATION microblog ALTER MAPPING FOR word, hword, hword_part WITH unaccent, simple;

-- Chinese, Japanese and Korean are written without spaces, or with endings joined on: each of their characters becomes a word, and a
-- search for several of them a search for a phrase.
CREATE FUNCTION search_words(text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT AS
$$ SELECT pg_catalog.regexp_replace($1, '([\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af])', ' \1 ', 'g') $$;

-- Names are qualified, because index expressions are also evaluated with an empty search path.
CREATE FUNCTION search_vector(spoiler text, body text) RETURNS tsvector LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT AS
$$ SELECT pg_catalog.to_tsvector('public.microblog'::pg_catalog.regconfig, public.search_words(spoiler || ' ' || body)) $$;

CREATE FUNCTION search_phrase(text) RETURNS tsquery LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT AS
$$ SELECT pg_catalog.phraseto_tsquery('public.microblog'::pg_catalog.regconfig, public.search_words($1)) $$;

-- An index over the expression, not a stored column: texts are short, so checking a phrase again costs little, and the table keeps its width.
CREATE INDEX statuses_search ON statuses USING gin (search_vector(spoiler_text, text)) WHERE reblog_of_id IS NULL;

-- Accounts by parts of their names.
CREATE INDEX accounts_username_parts ON accounts USING gin (lower(username) gin_trgm_ops);
CREATE INDEX accounts_display_name_parts ON accounts USING gin (lower(display_name) gin_trgm_ops);

-- The directory by activity. The date changes once a day and account, so other updates of the row stay on its page (HOT).
CREATE INDEX account_stats_active ON account_stats (last_status_at DESC, account_id DESC) WHERE last_status_at IS NOT NULL;

-- Public uses of a hashtag by day, counted by the trends job and not by the writers: a popular hashtag would be one row that all
-- posts wait for. Reading a hashtag's week costs seven rows however popular it is, and the counts are a few minutes old.
CREATE TABLE hashtag_days (
    hashtag  text NOT NULL,
    day      date NOT NULL,
    uses     bigint NOT NULL,
    accounts bigint NOT NULL,
    PRIMARY KEY (hashtag, day)
);
CREATE INDEX hashtag_days_day ON hashtag_days (day);
CREATE INDEX hashtag_days_prefix ON hashtag_days (hashtag text_pattern_ops, day);

-- What the trends job found last; a few hundred rows that are replaced as a whole.
CREATE TABLE trending_tags (
    hashtag text PRIMARY KEY,
    score   double precision NOT NULL
);

CREATE TABLE trending_statuses (
    status_id bigint PRIMARY KEY REFERENCES statuses (id) ON DELETE CASCADE,
    score     double precision NOT NULL
);

-- Accounts to suggest to anybody, most followed first. An index on the number of followers would make each follow costlier.
CREATE TABLE popular_accounts (
    account_id bigint PRIMARY KEY REFERENCES accounts ON DELETE CASCADE,
    followers  bigint NOT NULL
);

-- When each periodic job of the service last ended, so that several processes do the work of one.
CREATE TABLE job_runs (
    job      text PRIMARY KEY,
    ended_at timestamptz NOT NULL
);

CREATE TABLE suggestion_dismissals (
    account_id bigint NOT NULL REFERENCES accounts ON DELETE CASCADE,
    target_id  bigint NOT NULL REFERENCES accounts ON DELETE CASCADE,
    PRIMARY KEY (account_id, target_id)
);
CREATE INDEX suggestion_dismissals_target ON suggestion_dismissals (target_id);

-- Raised by every change of an account's filters: what a process has compiled of them is good as long as the version is the same.
CREATE TABLE filter_versions (
    account_id bigint PRIMARY KEY REFERENCES accounts ON DELETE CASCADE,
    version    bigint NOT NULL DEFAULT next_id()
);
INSERT INTO filter_versions (account_id) SELECT DISTINCT account_id FROM filters;

-- An account's hashtags: what it features, and what it might.
CREATE INDEX status_hashtags_account ON status_hashtags (account_id, hashtag, status_id);
