#include "store/store.h"

#include <string.h>

#include "base/cleanup.h"
#include "base/file.h"
#include "base/xalloc.h"
#include "store/migrate.h"

static bool make_folder_of(const char *file, struct err *e)
{
    const char *slash = strrchr(file, '/');
    if (!slash || slash == file)
        return true;
    CLEANUP(free_text) char *folder = xstrndup(file, (size_t)(slash - file));
    return file_make_folder(folder, e);
}

bool store_open(struct db **out, const char *file, struct err *e)
{
    struct db *db = NULL;
    if (!make_folder_of(file, e) || !db_open(&db, file, e))
        return false;
    if (!migrate(db, e)) {
        db_close(db);
        return false;
    }
    *out = db;
    return true;
}
