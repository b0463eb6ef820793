#!/bin/sh
# check.sh TOOLS: each house rule's checker passes a good tree and fails a bad one (TAP).
set -u
tools=$1
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
count=0

# fresh: a small good tree in $dir/t
fresh() {
    rm -rf "$dir/t"
    mkdir -p "$dir/t/src/base" "$dir/t/src/store" "$dir/t/src/provider/one" "$dir/t/sim" "$dir/t/tools"
    cat >"$dir/t/tools/layers.txt" <<'END'
# folder: what it may include
base:
store: base
provider: base
sim: base
main.c: store
<sqlite3: store
END
    printf '#include "base/err.h"\n#include <sqlite3.h>\n' >"$dir/t/src/store/db.c"
    printf '#include "base/err.h"\n#include "provider/provider.h"\n' >"$dir/t/src/provider/one/one.c"
    printf '#include <stdbool.h>\n' >"$dir/t/src/base/err.h"
    printf '#include "store/db.h"\n' >"$dir/t/src/main.c"
    printf '#include "base/err.h"\n#include "data.h"\n' >"$dir/t/sim/main.c"
    printf 'BasedOnStyle: LLVM\n' >"$dir/t/.clang-format"
}
# rule WANTED NAME WORDS COMMAND...: COMMAND passes (or fails, and its output holds WORDS)
rule() {
    wanted=$1 name=$2 words=$3
    shift 3
    count=$((count + 1))
    if "$@" >"$dir/out" 2>&1; then got=passes; else got=fails; fi
    if [ $got = "$wanted" ] && { [ -z "$words" ] || grep -qF -- "$words" "$dir/out"; }; then
        echo "ok $count - $name"
    else
        echo "not ok $count - $name"
        sed 's/^/# /' "$dir/out"
    fi
}
layers() { rule "$1" "$2" "$3" "$tools/check-layers" "$dir/t"; }
format() { rule "$1" "$2" "$3" "$tools/check-format" "$dir/t"; }
symbols() { rule "$1" "$2" "$3" "$tools/check-symbols" "$dir/b"; }
exports() { rule "$1" "$2" "$3" "$tools/check-exports" "$dir/b"; }

fresh
layers passes "layers: a tree that keeps the order passes" ""
printf '#include "store/db.h"\n' >"$dir/t/src/base/err.c"
layers fails "layers: an include upwards fails" "src/base/err.c:1: base may not include store"
fresh
printf '\n# include "store/db.h"\n' >"$dir/t/src/provider/one/plan.c"
layers fails "layers: a provider's own folder counts as provider" "src/provider/one/plan.c:2: provider may not include store"
fresh
printf '#include "provider/provider.h"\n' >>"$dir/t/src/main.c"
layers fails "layers: a file of src has its own row" "main.c may not include provider"
fresh
mkdir "$dir/t/src/utils"
printf '\n' >"$dir/t/src/utils/drawer.c"
layers fails "layers: a folder without a row fails" '"utils" has no row'
fresh
printf '#include <sqlite3.h>\n' >"$dir/t/src/base/err.c"
layers fails "layers: a library belongs to its folder" "base may not include <sqlite3.h>"
fresh
printf '#include "../store/db.h"\n' >"$dir/t/src/base/err.c"
layers fails "layers: no way round through dots" "names no folder"
fresh
printf '#include "store/db.h"\n' >>"$dir/t/sim/main.c"
layers fails "layers: the simulator does not share our reading" "sim may not include store"
rm -rf "$dir/t/src" "$dir/t/sim"
layers fails "layers: nothing to read fails" "no sources"

fresh
format passes "format: a tree that is laid out passes" ""
printf 'int  x ;\n' >"$dir/t/src/base/err.c"
format fails "format: another layout fails" "err.c:1"
fresh
printf 'words \n' >"$dir/t/tools/notes.md"
format fails "format: a blank at a line's end fails" "notes.md:1"

mkdir -p "$dir/b/src/libcore.a.p" "$dir/b/src/seatledger.p"
object() { printf '%s\n' "$2" | cc -x c -c -o "$dir/b/src/$1" -; }
object libcore.a.p/one.o 'int shared(void); int shared(void) { return 1; }'
object seatledger.p/main.o 'int shared(void); int main(void) { return shared(); }'
exports passes "exports: what another file uses passes" ""
object libcore.a.p/two.o 'int lonely(void); int lonely(void) { return 1; } int here(void); int here(void) { return lonely(); }'
exports fails "exports: what only its own file uses fails" "lonely could be static"
object libcore.a.p/two.o 'int table[3] = {1};'
exports fails "exports: so does data" "table could be static"
symbols passes "symbols: bounded calls pass" ""
object libcore.a.p/two.o '#include <string.h>
void copy(char *a, const char *b); void copy(char *a, const char *b) { strcpy(a, b); }'
symbols fails "symbols: a banned call fails" "two.o calls strcpy"
rm -rf "$dir/b/src/libcore.a.p"
symbols fails "symbols: nothing to read fails" "no object of the core library"
exports fails "exports: nothing to read fails" "no object of the core library"

fresh
errors() { rule "$1" "$2" "$3" "$tools/error-page" "$dir/t"; }
mkdir -p "$dir/t/docs"
printf 'bool f(struct err *e)\n{\n    err_set(e, ERR_LOCAL, "it "\n        "broke at %%s", "x");\n    return err_next(e, "mend it");\n}\n' >"$dir/t/src/base/f.c"
printf '<!-- Below this line: written by `tools/error-page . --write`. -->\n' >"$dir/t/docs/errors.md"
errors fails "errors: a message that is not on the page fails" "it broke at … | mend it"
"$tools/error-page" "$dir/t" --write
errors passes "errors: a page that says what the code says passes" ""
sed -i 's/broke/snapped/' "$dir/t/src/base/f.c"
errors fails "errors: a message that is no longer in the code fails" "no longer in the code: | it broke at"

echo "1..$count"
