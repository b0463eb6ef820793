/* The table of commands: what exists, how it is written, and an example of each. */
#include "cli/command.h"

const struct command commands[] = {
    {"connector", "add", cmd_connector_add,
     "connector add NAME [--provider gotomeeting] --client-id ID --client-secret-file FILE|-\n"
     "                 [--redirect-uri URI] [--active] [--set KEY=VALUE ...]",
     "add a connector: one named use of a provider",
     "seatledger connector add acme --client-id 11111111-2222-3333-4444-555555555555 \\\n"
     "    --client-secret-file secret.txt --active",
     "  --provider NAME            the service to read: gotomeeting (default)\n"
     "  --client-id ID             of the OAuth client that was made for seatledger\n"
     "  --client-secret-file FILE  holds the client's secret; - reads standard input\n"
     "  --redirect-uri URI         where the sign-in returns to (default http://localhost:8080);\n"
     "                             as it stands in the OAuth client\n"
     "  --active                   aggregate it whenever no connector is named\n"
     "  --set KEY=VALUE            a setting, as often as wanted; see `connector show`\n"},
    {"connector", "list", cmd_connector_list, "connector list",
     "list the connectors with their account and last aggregation", "seatledger connector list",
     NULL},
    {"connector", "show", cmd_connector_show, "connector show NAME",
     "show every setting of a connector, its default and where its value came from",
     "seatledger connector show acme", NULL},
    {"connector", "set", cmd_connector_set,
     "connector set NAME [KEY=VALUE ...] [--client-secret-file FILE|-]",
     "change settings; an empty value brings the default back",
     "seatledger connector set acme window_days=45 look_back_days=90\n"
     "seatledger connector set acme proxy=",
     "  --client-secret-file FILE  a new client secret; - reads standard input\n"},
    {"connector", "rename", cmd_connector_rename, "connector rename NAME NEW",
     "give a connector another name", "seatledger connector rename acme acme-eu", NULL},
    {"connector", "enable", cmd_connector_enable, "connector enable NAME",
     "make a connector active: it is aggregated", "seatledger connector enable acme", NULL},
    {"connector", "disable", cmd_connector_disable, "connector disable NAME",
     "make a connector inactive: it is kept, but not aggregated",
     "seatledger connector disable acme", NULL},
    {"connector", "remove", cmd_connector_remove, "connector remove NAME [--yes]",
     "remove a connector with its grant, its prices and all that was read",
     "seatledger connector remove acme --yes", "  --yes                     do not ask first\n"},
    {"token", "get", cmd_token_get, "token get NAME [--no-browser] [--paste] [--timeout DURATION]",
     "Get Token: sign in to the provider and store the grant",
     "seatledger token get acme\n"
     "seatledger token get acme --paste   # the browser is on another machine",
     "  --no-browser               only print the link: open it yourself, on this machine\n"
     "  --paste                    read the redirected URL from standard input instead of waiting "
     "for it\n"
     "  --timeout DURATION         how long to wait for the sign-in, as 90s or 5m (default 5m)\n"},
    {"token", "show", cmd_token_show, "token show NAME",
     "show who granted access, to which account, and until when", "seatledger token show acme",
     NULL},
    {"token", "revoke", cmd_token_revoke, "token revoke NAME",
     "give the grant back to the provider and forget it", "seatledger token revoke acme", NULL},
    {"test", NULL, cmd_test, "test NAME",
     "Test Connection: check every step, and say what to do where one fails",
     "seatledger test acme", NULL},
    {"aggregate", NULL, cmd_aggregate, "aggregate [NAME ...] [--full] [--dry-run]",
     "read the accounts of the named connectors (or of all active ones) and store the figures",
     "seatledger aggregate acme\n"
     "seatledger aggregate acme --dry-run   # the requests it would take",
     "  --full                     read the whole look-back again, not only what is new (nor what\n"
     "                             is left of a run that was cut)\n"
     "  --dry-run                  print the requests it would take, and read no history\n"},
    {"price", "add", cmd_price_add,
     "price add NAME SUBSCRIPTION --from YYYY-MM --metering per-seat|per-user|agreement|free\n"
     "            [--amount A --currency CCC] [--billing monthly|quarterly|yearly]\n"
     "            [--quantity N] [--note TEXT] [--dry-run]",
     "enter the price of a subscription from a month on",
     "seatledger aggregate acme              # a subscription has a name once it was read\n"
     "seatledger report subscriptions acme\n"
     "seatledger price add acme \"GoTo Meeting Business\" --from 2026-01 \\\n"
     "    --metering per-seat --amount 14.50 --currency USD",
     "  --from YYYY-MM             the first month of the price; the period before it ends there\n"
     "  --metering KIND            per-seat: for each seat purchased; per-user: for each seat "
     "assigned;\n"
     "                             agreement: one amount whatever the seats; free: no cost\n"
     "  --amount A                 as 14.50, for one billing period\n"
     "  --currency CCC             ISO 4217 code, as USD\n"
     "  --billing PERIOD           monthly (default), quarterly or yearly\n"
     "  --quantity N               seats to charge, where it is not what the provider says\n"
     "  --note TEXT                kept with the price, as the number of the contract\n"
     "  --dry-run                  store nothing; show what cost and saving would be\n"},
    {"price", "list", cmd_price_list, "price list NAME", "list the price periods",
     "seatledger price list acme", NULL},
    {"price", "remove", cmd_price_remove, "price remove NAME SUBSCRIPTION --from YYYY-MM",
     "remove a price period",
     "seatledger price remove acme \"GoTo Meeting Business\" --from 2026-01",
     "  --from YYYY-MM             the first month of the price to remove\n"},
    {"report", "summary", cmd_report_summary, "report summary NAME",
     "the two figures: monthly subscription cost and active users, with what they rest on",
     "seatledger report summary acme", NULL},
    {"report", "users", cmd_report_users,
     "report users NAME [--state STATE] [--seat SUBSCRIPTION] [--group GROUP] [--search TEXT]\n"
     "             [--sort COLUMN] [--descending] [--offset N] [--limit N] [--csv]",
     "everyone in the account, with state and last activity",
     "seatledger report users acme --state inactive\n"
     "seatledger report users acme --sort last_activity --descending --limit 20",
     "  --state STATE              only active, inactive, none or unknown\n"
     "  --seat SUBSCRIPTION        only who holds a seat of it; a key or a name\n"
     "  --group GROUP              only who is in it; a key or a name\n"
     "  --search TEXT              only where the name or the e-mail holds it, in any case\n"
     "  --sort COLUMN              name (default), email, state, last_activity or group\n"
     "  --descending               the last first\n"
     "  --offset N                 leave out the first N\n"
     "  --limit N                  at most so many\n"
     "  --csv                      as CSV: the fields of --json, one line a user\n"},
    {"report", "subscriptions", cmd_report_subscriptions, "report subscriptions NAME",
     "seats purchased, assigned and used, and what they cost",
     "seatledger report subscriptions acme", NULL},
    {"report", "cost", cmd_report_cost, "report cost NAME [--from YYYY-MM] [--to YYYY-MM]",
     "the cost of each month", "seatledger report cost acme --from 2026-01",
     "  --from YYYY-MM             the first month (default: at most 11 before the last)\n"
     "  --to YYYY-MM               the last month (default: the current one)\n"},
    {"report", "trend", cmd_report_trend, "report trend NAME [--months N]",
     "users, seats, cost and saving month by month, as the last aggregation of each stored them",
     "seatledger report trend acme --months 24",
     "  --months N                 how many, up to 60 (default 12); the last is that of the "
     "data\n"},
    {"report", "runs", cmd_report_runs, "report runs NAME [--limit N]",
     "the aggregations so far, newest first", "seatledger report runs acme",
     "  --limit N                  at most so many (default 20)\n"},
    {"report", "run", cmd_report_run, "report run NAME ID [--limit N]",
     "one aggregation: what differs from the one before, what could not be read and why",
     "seatledger report run acme 12",
     "  --limit N                  at most so many users of each difference (default 50)\n"},
    {"explain", NULL, cmd_explain,
     "explain NAME active\n"
     "       explain NAME user EMAIL_OR_KEY\n"
     "       explain NAME cost SUBSCRIPTION YYYY-MM",
     "from a figure to its formula, its aggregation and the records that it rests on",
     "seatledger explain acme active\n"
     "seatledger explain acme user ada@example.com\n"
     "seatledger explain acme cost \"GoTo Meeting Business\" 2026-07",
     "  --limit N                  at most so many records (default 20)\n"},
    {"import", "activity", cmd_import_activity,
     "import activity NAME FILE [--language LOCALE|auto] [--sheet NAME] [--user-column NAME]\n"
     "                [--date-column NAME] [--dry-run]",
     "add the days of an activity report: .xlsx, .csv or .json",
     "seatledger import activity acme report.xlsx --dry-run   # what it would add\n"
     "seatledger import activity acme report.csv --language it_IT",
     "  --language LOCALE          of the dates, as it_IT; auto (default) finds it from the whole "
     "column\n"
     "  --sheet NAME               of a workbook (default: its first)\n"
     "  --user-column NAME         of the e-mails or user keys\n"
     "  --date-column NAME         of the last meetings\n"
     "  --dry-run                  show what it would add, and change nothing\n"},
    {"schedule", "set", cmd_schedule_set,
     "schedule set NAME hourly :MM | daily HH:MM | weekly DAY[,DAY...] HH:MM |\n"
     "                  monthly 1..28|last HH:MM [ZONE]",
     "aggregate a connector by itself, while `serve` runs",
     "seatledger schedule set acme daily 23:00   # in the connector's time zone\n"
     "seatledger schedule set acme weekly mon,thu 06:30 Asia/Tokyo\n"
     "seatledger schedule set acme monthly last 02:00 Europe/Berlin\n"
     "seatledger schedule set acme hourly :15",
     NULL},
    {"schedule", "show", cmd_schedule_show, "schedule show [NAME]",
     "show the next three runs of a connector, or the next of each",
     "seatledger schedule show acme", NULL},
    {"schedule", "clear", cmd_schedule_clear, "schedule clear NAME",
     "aggregate a connector by hand only", "seatledger schedule clear acme", NULL},
    {"serve", NULL, cmd_serve,
     "serve [--listen ADDRESS:PORT] [--host NAME ...]\n"
     "      [--tls-cert FILE --tls-key FILE | --behind-proxy] [--log-level LEVEL]",
     "serve the web page and its API, until interrupted",
     "seatledger serve\n"
     "seatledger serve --listen 127.0.0.1:0   # any free port; it is printed",
     "  --listen ADDRESS:PORT      where to be reached (default 127.0.0.1:8484)\n"
     "  --host NAME                another name by which browsers call this server\n"
     "  --tls-cert FILE            the server's certificate and those above it, as PEM\n"
     "  --tls-key FILE             its key, as PEM\n"
     "  --behind-proxy             a proxy in front speaks TLS; needs --host, and a password\n"
     "  --log-level LEVEL          what is written to standard error: error, warn, info (default) "
     "or\n"
     "                             debug\n"},
    {"password", "set", cmd_password_set,
     "password set [--role viewer|administrator] --password-file FILE|-",
     "set the password of the web page, for one of its two roles",
     "seatledger password set --password-file -   # type it, end with Ctrl-D\n"
     "seatledger password set --role viewer --password-file viewer.txt",
     "  --role ROLE                administrator (default), or viewer: may read only\n"
     "  --password-file FILE       holds it, at least 12 bytes; - reads standard input\n"},
    {"password", "remove", cmd_password_remove, "password remove [--role viewer|administrator]",
     "remove a password; the viewer's goes with the administrator's",
     "seatledger password remove --role viewer",
     "  --role ROLE                administrator (default), or viewer\n"},
    {"audit", NULL, cmd_audit, "audit [--limit N]", "list who changed what, newest first",
     "seatledger audit --limit 10", "  --limit N                  at most so many (default 50)\n"},
    {"version", NULL, cmd_version, "version", "print the version", "seatledger version", NULL},
    {NULL, NULL, NULL, NULL, NULL, NULL, NULL},
};

int cmd_version(__attribute__((unused)) struct app *app, __attribute__((unused)) int argc,
                __attribute__((unused)) char **argv)
{
    puts("seatledger " SEATLEDGER_VERSION);
    return 0;
}
