/* SQL shared by what plans from the staged listings and what publishes them. */
#pragma once

/* Is a seat of a staged subscription assigned to the person of this row of stage_user? The license
 * may name the person, or the person the license. An invitation alone is no seat yet. */
#define STAGED_SEAT(user)                                                                          \
    "(EXISTS (SELECT 1 FROM stage_user_license l JOIN stage_subscription s"                        \
    " ON s.connector = l.connector AND s.key = l.license"                                          \
    " WHERE l.connector = " #user ".connector AND l.user_key = " #user ".key)"                     \
    " OR EXISTS (SELECT 1 FROM stage_holder h JOIN stage_subscription s"                           \
    " ON s.connector = h.connector AND s.number = h.number WHERE h.connector = " #user             \
    ".connector AND h.user_key = " #user ".key AND h.kind = 'assigned'))"
