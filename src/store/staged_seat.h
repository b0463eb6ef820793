/* SQL shared by what plans from the staged listings and what publishes them. */
#pragma once

/* Is a seat of a staged subscription with organizers assigned to the person of this row of
 * stage_user? The license may name the person, or the person the license. An invitation alone is no
 * seat yet. CROSS JOIN keeps SQLite from going through every subscription for every person. */
#define STAGED_ORGANIZER_OF(user, which)                                                           \
    "(EXISTS (SELECT 1 FROM stage_user_license l CROSS JOIN stage_subscription s"                  \
    " WHERE l.connector = " #user ".connector AND l.user_key = " #user ".key"                      \
    " AND s.connector = l.connector AND s.key = l.license AND " which ")"                          \
    " OR EXISTS (SELECT 1 FROM stage_holder h CROSS JOIN stage_subscription s"                     \
    " WHERE h.connector = " #user ".connector AND h.user_key = " #user ".key"                      \
    " AND h.kind = 'assigned' AND s.connector = h.connector AND s.number = h.number"               \
    " AND " which "))"
/* They count among the organizers of their group. */
#define STAGED_ORGANIZER(user) STAGED_ORGANIZER_OF(user, "s.has_organizers = 1")
/* The history of their group covers them. */
#define STAGED_SEAT(user) STAGED_ORGANIZER_OF(user, "s.has_organizers = 1 AND s.enabled = 1")
