/* SQL shared by what plans from the staged listings and what publishes them. */
#pragma once

/* Does the history of their group cover the person of this row of stage_user? It does when a seat
 * of a staged subscription with organizers is assigned to them. The license may name the person, or
 * the person the license. An invitation alone is no seat yet. CROSS JOIN keeps SQLite from going
 * through every subscription for every person. */
#define STAGED_SEAT(user)                                                                          \
    "(EXISTS (SELECT 1 FROM stage_user_license l CROSS JOIN stage_subscription s"                  \
    " WHERE l.connector = " #user ".connector AND l.user_key = " #user ".key"                      \
    " AND s.connector = l.connector AND s.key = l.license AND s.has_organizers = 1)"               \
    " OR EXISTS (SELECT 1 FROM stage_holder h CROSS JOIN stage_subscription s"                     \
    " WHERE h.connector = " #user ".connector AND h.user_key = " #user ".key"                      \
    " AND h.kind = 'assigned' AND s.connector = h.connector AND s.number = h.number"               \
    " AND s.has_organizers = 1))"
