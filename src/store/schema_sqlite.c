/* The tables of the store, SQLite form. One entry a version, never edited once released. */
#include "store/migrate.h"

#pragma GCC diagnostic ignored "-Woverlength-strings" /* of ISO C; no compiler of ours has it */

/* *_span tables keep history as validity intervals in aggregation ids: true from the aggregation
 * from_agg on, until (not in) to_agg; NULL: still true. Ids, unlike clocks, never go back. */
static const char v1[] =
    "CREATE TABLE connector ("
    " id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, provider TEXT NOT NULL,"
    " active INTEGER NOT NULL, created_ms INTEGER NOT NULL) STRICT;"

    "CREATE TABLE connector_setting ("
    " connector INTEGER NOT NULL REFERENCES connector (id) ON DELETE CASCADE,"
    " key TEXT NOT NULL, value TEXT NOT NULL, PRIMARY KEY (connector, key)) STRICT;"

    "CREATE TABLE sealed ("
    " connector INTEGER NOT NULL REFERENCES connector (id) ON DELETE CASCADE,"
    " name TEXT NOT NULL, box BLOB NOT NULL, PRIMARY KEY (connector, name)) STRICT;"

    "CREATE TABLE grant_info ("
    " connector INTEGER PRIMARY KEY REFERENCES connector (id) ON DELETE CASCADE,"
    " user_key TEXT NOT NULL, user_name TEXT NOT NULL, user_email TEXT NOT NULL,"
    " is_admin INTEGER NOT NULL, granted_ms INTEGER NOT NULL,"
    " language TEXT, time_zone TEXT, scopes TEXT NOT NULL,"
    " account_key TEXT, account_name TEXT,"
    " access_expires_ms INTEGER NOT NULL, refresh_expires_ms INTEGER,"
    " refused_ms INTEGER) STRICT;"

    "CREATE TABLE aggregation ("
    " id INTEGER PRIMARY KEY,"
    " connector INTEGER NOT NULL REFERENCES connector (id) ON DELETE CASCADE,"
    " trigger TEXT NOT NULL, t_ms INTEGER NOT NULL,"
    " window_days INTEGER NOT NULL, look_back_days INTEGER NOT NULL,"
    " time_zone TEXT NOT NULL, language TEXT NOT NULL,"
    " account_key TEXT NOT NULL, account_name TEXT NOT NULL,"
    " started_ms INTEGER NOT NULL, finished_ms INTEGER, status TEXT NOT NULL,"
    " planned INTEGER NOT NULL, requests INTEGER NOT NULL, records INTEGER NOT NULL,"
    " bad_records INTEGER NOT NULL, retries INTEGER NOT NULL,"
    " rate_limited_ms INTEGER NOT NULL, bytes INTEGER NOT NULL, error TEXT) STRICT;"
    "CREATE INDEX aggregation_connector ON aggregation (connector, id);"

    "CREATE TABLE user_span ("
    " connector INTEGER NOT NULL REFERENCES connector (id) ON DELETE CASCADE,"
    " key TEXT NOT NULL, from_agg INTEGER NOT NULL, to_agg INTEGER,"
    " email TEXT NOT NULL, name TEXT NOT NULL, status TEXT NOT NULL,"
    " group_key TEXT, group_name TEXT, PRIMARY KEY (connector, key, from_agg)) STRICT;"

    "CREATE TABLE subscription_span ("
    " connector INTEGER NOT NULL REFERENCES connector (id) ON DELETE CASCADE,"
    " key TEXT NOT NULL, from_agg INTEGER NOT NULL, to_agg INTEGER,"
    " name TEXT NOT NULL, products TEXT NOT NULL, enabled INTEGER NOT NULL,"
    " purchased INTEGER, user_count INTEGER, PRIMARY KEY (connector, key, from_agg)) STRICT;"

    /* kind: 'assigned' or 'invited' (invited and not assigned) */
    "CREATE TABLE seat_span ("
    " connector INTEGER NOT NULL REFERENCES connector (id) ON DELETE CASCADE,"
    " subscription TEXT NOT NULL, user_key TEXT NOT NULL, from_agg INTEGER NOT NULL,"
    " to_agg INTEGER, kind TEXT NOT NULL,"
    " PRIMARY KEY (connector, subscription, user_key, from_agg)) STRICT;"
    "CREATE INDEX seat_span_user ON seat_span (connector, user_key, subscription);"

    /* first_agg: the aggregation that first stored it; a report at aggregation P counts only
     * meetings with first_agg <= P, so that a later or failed run never changes an older figure.
     * The key is in the order that "the latest meeting of an organizer" walks backwards. */
    "CREATE TABLE meeting ("
    " connector INTEGER NOT NULL REFERENCES connector (id) ON DELETE CASCADE,"
    " organizer TEXT NOT NULL, meeting_id TEXT NOT NULL, start_ms INTEGER NOT NULL,"
    " end_ms INTEGER, type TEXT NOT NULL, attendees INTEGER, first_agg INTEGER NOT NULL,"
    " PRIMARY KEY (connector, organizer, start_ms, meeting_id)) STRICT, WITHOUT ROWID;"

    /* What history has been read, as of the latest publishing aggregation: for everyone who was
     * listed and not INVITED ... history_seen: a history was answered with 200 at least once. */
    "CREATE TABLE coverage ("
    " connector INTEGER PRIMARY KEY REFERENCES connector (id) ON DELETE CASCADE,"
    " from_ms INTEGER NOT NULL, to_ms INTEGER NOT NULL, history_seen INTEGER NOT NULL) STRICT;"
    /* ... but for these, whose history was not read in it: their own range of before is here (NULL:
     * none at all), with the reason; '': they were proven active without it. */
    "CREATE TABLE coverage_user ("
    " connector INTEGER NOT NULL REFERENCES connector (id) ON DELETE CASCADE,"
    " user_key TEXT NOT NULL, from_ms INTEGER, to_ms INTEGER, reason TEXT NOT NULL,"
    " PRIMARY KEY (connector, user_key)) STRICT;"

    /* Of the running aggregation: its listings before they are published, and its requests.
     * unread: why this person's history was not read; NULL: it was, or is not wanted. Only
     * publish() sets it. number: the record's place in the listing. */
    "CREATE TABLE stage_user ("
    " connector INTEGER NOT NULL REFERENCES connector (id) ON DELETE CASCADE,"
    " key TEXT NOT NULL, email TEXT NOT NULL, name TEXT NOT NULL, status TEXT NOT NULL,"
    " group_key TEXT, group_name TEXT, number INTEGER NOT NULL, unread TEXT,"
    " PRIMARY KEY (connector, key)) STRICT;"
    "CREATE INDEX stage_user_group ON stage_user (connector, group_key, key);"
    "CREATE TABLE stage_user_license ("
    " connector INTEGER NOT NULL REFERENCES connector (id) ON DELETE CASCADE,"
    " user_key TEXT NOT NULL, license TEXT NOT NULL,"
    " PRIMARY KEY (connector, user_key, license)) STRICT, WITHOUT ROWID;"
    "CREATE TABLE stage_subscription ("
    " connector INTEGER NOT NULL REFERENCES connector (id) ON DELETE CASCADE,"
    " key TEXT NOT NULL, number INTEGER NOT NULL, name TEXT NOT NULL, products TEXT NOT NULL,"
    " enabled INTEGER NOT NULL, has_organizers INTEGER NOT NULL,"
    " purchased INTEGER, user_count INTEGER, PRIMARY KEY (connector, key)) STRICT;"
    "CREATE INDEX stage_subscription_number ON stage_subscription (connector, number);"
    /* number: the record's place in the listing; its key may come after its holders. */
    "CREATE TABLE stage_holder ("
    " connector INTEGER NOT NULL REFERENCES connector (id) ON DELETE CASCADE,"
    " number INTEGER NOT NULL, user_key TEXT NOT NULL, kind TEXT NOT NULL,"
    " PRIMARY KEY (connector, user_key, number, kind)) STRICT, WITHOUT ROWID;"
    /* Meetings that an earlier aggregation stored otherwise, as they are now. */
    "CREATE TABLE stage_meeting ("
    " connector INTEGER NOT NULL REFERENCES connector (id) ON DELETE CASCADE,"
    " organizer TEXT NOT NULL, meeting_id TEXT NOT NULL, start_ms INTEGER NOT NULL,"
    " end_ms INTEGER, type TEXT NOT NULL, attendees INTEGER,"
    " PRIMARY KEY (connector, organizer, start_ms, meeting_id)) STRICT, WITHOUT ROWID;"
    /* state: todo, done, failed, replaced. kind: organizer, group. */
    "CREATE TABLE request ("
    " connector INTEGER NOT NULL REFERENCES connector (id) ON DELETE CASCADE,"
    " n INTEGER NOT NULL, kind TEXT NOT NULL, key TEXT NOT NULL,"
    " from_ms INTEGER NOT NULL, to_ms INTEGER NOT NULL,"
    " state TEXT NOT NULL, reason TEXT, PRIMARY KEY (connector, n)) STRICT;"
    "CREATE INDEX request_state ON request (connector, state, n);"
    "CREATE INDEX request_key ON request (connector, kind, key);"

    "CREATE TABLE evidence ("
    " aggregation INTEGER NOT NULL REFERENCES aggregation (id) ON DELETE CASCADE,"
    " n INTEGER NOT NULL, stream TEXT NOT NULL, reason TEXT NOT NULL, record TEXT NOT NULL,"
    " PRIMARY KEY (aggregation, n)) STRICT;"

    "CREATE TABLE price_period ("
    " connector INTEGER NOT NULL REFERENCES connector (id) ON DELETE CASCADE,"
    " subscription TEXT NOT NULL, from_month INTEGER NOT NULL, metering TEXT NOT NULL,"
    " amount_e4 INTEGER NOT NULL, currency TEXT NOT NULL, billing TEXT NOT NULL,"
    " quantity INTEGER, note TEXT NOT NULL,"
    " PRIMARY KEY (connector, subscription, from_month)) STRICT;"

    /* As they were at an aggregation: subscription '' is the account, users are then everyone
     * listed; of a subscription, users are the assigned. */
    "CREATE TABLE figure ("
    " aggregation INTEGER NOT NULL REFERENCES aggregation (id) ON DELETE CASCADE,"
    " subscription TEXT NOT NULL, users INTEGER NOT NULL, active INTEGER NOT NULL,"
    " inactive INTEGER NOT NULL, none INTEGER NOT NULL, unknown INTEGER NOT NULL,"
    " purchased INTEGER, invited INTEGER NOT NULL, PRIMARY KEY (aggregation, subscription)) STRICT;"

    "CREATE TABLE audit ("
    " id INTEGER PRIMARY KEY, at_ms INTEGER NOT NULL, who TEXT NOT NULL,"
    " what TEXT NOT NULL, connector TEXT NOT NULL, detail TEXT NOT NULL) STRICT;";

/* Activity that is known only as a day, from reports that people import. day: days since 1970-01-01
 * of the local calendar; which instants it covers depends on the account zone of whoever asks. */
static const char v2[] =
    "CREATE TABLE activity_import ("
    " id INTEGER PRIMARY KEY,"
    " connector INTEGER NOT NULL REFERENCES connector (id) ON DELETE CASCADE,"
    " file TEXT NOT NULL, at_ms INTEGER NOT NULL, language TEXT NOT NULL,"
    " rows INTEGER NOT NULL, new_days INTEGER NOT NULL, without_activity INTEGER NOT NULL,"
    " unknown_people INTEGER NOT NULL, invalid_at_source INTEGER NOT NULL) STRICT;"
    "CREATE INDEX activity_import_connector ON activity_import (connector, id);"
    /* import: the one that brought it first */
    "CREATE TABLE activity_day ("
    " connector INTEGER NOT NULL REFERENCES connector (id) ON DELETE CASCADE,"
    " user_key TEXT NOT NULL, day INTEGER NOT NULL, import INTEGER NOT NULL,"
    " PRIMARY KEY (connector, user_key, day)) STRICT, WITHOUT ROWID;"
    /* People whose last activity the provider's report spoils; value: what stands there. */
    "CREATE TABLE activity_invalid ("
    " connector INTEGER NOT NULL REFERENCES connector (id) ON DELETE CASCADE,"
    " user_key TEXT NOT NULL, value TEXT NOT NULL, import INTEGER NOT NULL,"
    " PRIMARY KEY (connector, user_key)) STRICT, WITHOUT ROWID;";

static const char v3[] =
    /* When a connector is aggregated by itself; last_due_ms: the starts up to it are dealt with. */
    "CREATE TABLE schedule ("
    " connector INTEGER PRIMARY KEY REFERENCES connector (id) ON DELETE CASCADE,"
    " text TEXT NOT NULL, last_due_ms INTEGER NOT NULL) STRICT;"

    /* What pages of users are cut from: whoever is listed at the latest aggregation that published,
     * and no other. Derived from the tables above as the figures are, row by row where something
     * changed. *_order: bytes that compare as the texts do. last: meeting, day, invalid, none;
     * last_ms: 0 but for the first two. seats: keys of subscriptions, each with a newline before
     * and after it. search: name, newline, e-mail, both without case. */
    "CREATE TABLE user_figure ("
    " connector INTEGER NOT NULL REFERENCES connector (id) ON DELETE CASCADE,"
    " user_key TEXT NOT NULL, state TEXT NOT NULL, last TEXT NOT NULL, last_ms INTEGER NOT NULL,"
    " name_order BLOB NOT NULL, email_order BLOB NOT NULL,"
    " group_order BLOB NOT NULL, group_key TEXT NOT NULL,"
    " seats TEXT NOT NULL, search TEXT NOT NULL,"
    " PRIMARY KEY (connector, user_key)) STRICT, WITHOUT ROWID;"
    /* One a sort of the page: it then reads no more rows than it shows. */
    "CREATE INDEX user_figure_name ON user_figure (connector, name_order);"
    "CREATE INDEX user_figure_email ON user_figure (connector, email_order);"
    "CREATE INDEX user_figure_state ON user_figure (connector, state, name_order);"
    "CREATE INDEX user_figure_last ON user_figure (connector, last_ms, name_order);"
    "CREATE INDEX user_figure_group ON user_figure"
    " (connector, group_order, group_key, name_order);"

    /* Who, listed at the aggregation before too, had another state there. */
    "CREATE TABLE state_change ("
    " aggregation INTEGER NOT NULL REFERENCES aggregation (id) ON DELETE CASCADE,"
    " user_key TEXT NOT NULL, from_state TEXT NOT NULL, to_state TEXT NOT NULL,"
    " PRIMARY KEY (aggregation, user_key)) STRICT, WITHOUT ROWID;"

    /* A draft is a connector that nobody has saved yet; its row of `connector` has a name that no
     * saved one can have. name: what it shall be called; of: the connector that it changes. tested:
     * with which settings and grant Test Connection passed last. */
    "CREATE TABLE draft ("
    " connector INTEGER PRIMARY KEY REFERENCES connector (id) ON DELETE CASCADE,"
    " name TEXT NOT NULL, of INTEGER REFERENCES connector (id) ON DELETE CASCADE) STRICT;"
    "CREATE TABLE tested ("
    " connector INTEGER PRIMARY KEY REFERENCES connector (id) ON DELETE CASCADE,"
    " fingerprint TEXT NOT NULL) STRICT;"
    "ALTER TABLE aggregation ADD COLUMN phase TEXT NOT NULL DEFAULT '';"
    "ALTER TABLE aggregation ADD COLUMN wait_until_ms INTEGER NOT NULL DEFAULT 0;"

    /* How many, and what else differs from the aggregation `previous`; none of the first. */
    "CREATE TABLE run_difference ("
    " aggregation INTEGER PRIMARY KEY REFERENCES aggregation (id) ON DELETE CASCADE,"
    " previous INTEGER NOT NULL, joined INTEGER NOT NULL, left_account INTEGER NOT NULL,"
    " became_active INTEGER NOT NULL, became_inactive INTEGER NOT NULL,"
    " became_none INTEGER NOT NULL, became_unknown INTEGER NOT NULL,"
    " seats_assigned INTEGER NOT NULL, seats_withdrawn INTEGER NOT NULL,"
    " seats_bought INTEGER NOT NULL, subscriptions INTEGER NOT NULL) STRICT;"

    /* Of the web page. role: viewer, administrator. hash: Argon2id, with its salt and parameters.
     */
    "CREATE TABLE password ("
    " role TEXT PRIMARY KEY, hash TEXT NOT NULL, changed_ms INTEGER NOT NULL) STRICT;"

    /* Sealed secrets of the process itself, as `sealed` holds those of connectors. */
    "CREATE TABLE sealed_own ("
    " connector INTEGER NOT NULL CHECK (connector = 0),"
    " name TEXT NOT NULL, box BLOB NOT NULL, PRIMARY KEY (connector, name)) STRICT;"

    /* What a person set for alerts. connector NULL: each of them. limit_e4: 1/10,000 of the unit.
     */
    "CREATE TABLE alert_setting (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;"
    "CREATE TABLE alert_threshold ("
    " id INTEGER PRIMARY KEY,"
    " connector INTEGER REFERENCES connector (id) ON DELETE CASCADE,"
    " figure TEXT NOT NULL, currency TEXT NOT NULL, is_above INTEGER NOT NULL,"
    " limit_e4 INTEGER NOT NULL) STRICT;"

    /* What was worth telling: one row from when it began to be true until it ceased (ended_ms).
     * grade: how grave. alert_delivery: what came of telling it; waiting, sent or given_up. */
    "CREATE TABLE alert ("
    " id INTEGER PRIMARY KEY,"
    " connector INTEGER NOT NULL REFERENCES connector (id) ON DELETE CASCADE,"
    " kind TEXT NOT NULL, subject TEXT NOT NULL, grade INTEGER NOT NULL,"
    " text TEXT NOT NULL, next TEXT NOT NULL,"
    " began_ms INTEGER NOT NULL, ended_ms INTEGER) STRICT;"
    "CREATE UNIQUE INDEX alert_open ON alert (connector, kind, subject) WHERE ended_ms IS NULL;"
    "CREATE TABLE alert_delivery ("
    " alert INTEGER NOT NULL REFERENCES alert (id) ON DELETE CASCADE,"
    " channel TEXT NOT NULL, state TEXT NOT NULL, tries INTEGER NOT NULL,"
    " due_ms INTEGER NOT NULL, at_ms INTEGER, error TEXT,"
    " PRIMARY KEY (alert, channel)) STRICT, WITHOUT ROWID;"
    "CREATE INDEX alert_delivery_due ON alert_delivery (due_ms) WHERE state = 'waiting';";

/* touched_ms: when somebody worked on the draft last. base: the fingerprint of the connector that
 * it changes, as that was when the draft was begun (aggregate/draft.h). */
static const char v4[] = "ALTER TABLE draft ADD COLUMN touched_ms INTEGER NOT NULL DEFAULT 0;"
                         "ALTER TABLE draft ADD COLUMN base TEXT;"
                         /* T of the last reading that began at the look-back for everyone */
                         "ALTER TABLE coverage ADD COLUMN whole_ms INTEGER NOT NULL DEFAULT 0;";

/* stage_run: of the running aggregation whose history is planned, what the one that goes on after a
 * cut cannot ask again. settings: a fingerprint of those that it was planned with. bad_*: records
 * of the listings that could not be read. has_read, has_none: some history came, or none for
 * somebody. seen_ms: when the run was at work last. aggregation.resumed_ms: when it went on after
 * its last cut (0: never), and what it had counted by then. */
static const char v5[] =
    "CREATE TABLE stage_run ("
    " connector INTEGER PRIMARY KEY REFERENCES connector (id) ON DELETE CASCADE,"
    " aggregation INTEGER NOT NULL, settings TEXT NOT NULL, is_whole INTEGER NOT NULL,"
    " bad_users INTEGER NOT NULL, bad_licenses INTEGER NOT NULL,"
    " has_read INTEGER NOT NULL, has_none INTEGER NOT NULL, seen_ms INTEGER NOT NULL) STRICT;"
    "ALTER TABLE aggregation ADD COLUMN resumed_ms INTEGER NOT NULL DEFAULT 0;"
    "ALTER TABLE aggregation ADD COLUMN resumed_requests INTEGER NOT NULL DEFAULT 0;"
    "ALTER TABLE aggregation ADD COLUMN resumed_waited_ms INTEGER NOT NULL DEFAULT 0;";

/* again_ms: from when on a service begins the next one by itself, since the provider's limit or the
 * end of its process cut this one; 0: it does not. */
static const char v6[] = "ALTER TABLE aggregation ADD COLUMN again_ms INTEGER NOT NULL DEFAULT 0;";

/* The plan and the listing of a run are written more than read: each row is in as few trees as can
 * be, and a request is found by its number alone. */
static const char v7[] =
    "ALTER TABLE request RENAME TO request_before;"
    "CREATE TABLE request ("
    " connector INTEGER NOT NULL REFERENCES connector (id) ON DELETE CASCADE,"
    " n INTEGER NOT NULL, kind TEXT NOT NULL, key TEXT NOT NULL,"
    " from_ms INTEGER NOT NULL, to_ms INTEGER NOT NULL,"
    " state TEXT NOT NULL, reason TEXT, PRIMARY KEY (connector, n)) STRICT, WITHOUT ROWID;"
    "INSERT INTO request SELECT connector, n, kind, key, from_ms, to_ms, state, reason"
    " FROM request_before ORDER BY connector, n;"
    "DROP TABLE request_before;"
    "ALTER TABLE stage_user RENAME TO stage_user_before;"
    "CREATE TABLE stage_user ("
    " connector INTEGER NOT NULL REFERENCES connector (id) ON DELETE CASCADE,"
    " key TEXT NOT NULL, email TEXT NOT NULL, name TEXT NOT NULL, status TEXT NOT NULL,"
    " group_key TEXT, group_name TEXT, number INTEGER NOT NULL, unread TEXT,"
    " PRIMARY KEY (connector, key)) STRICT, WITHOUT ROWID;"
    "INSERT INTO stage_user SELECT connector, key, email, name, status, group_key, group_name,"
    " number, unread FROM stage_user_before ORDER BY connector, key;"
    "DROP TABLE stage_user_before;"
    "CREATE INDEX stage_user_group ON stage_user (connector, group_key, key);";

const char *const migrations[] = {v1, v2, v3, v4, v5, v6, v7};
const unsigned migration_count = sizeof migrations / sizeof *migrations;
