#!/usr/bin/env bash
# Fits every constant of data/families, data/machines and data/libraries anew to the tables of validation/truth: about ten
# minutes. Families first, so that machines start from them; then libraries and machines in turns, since each is fitted
# with the other as it is. Usage: tools/calibrate_all.sh [ROUNDS] (2 where missing).
set -euo pipefail
cd "$(dirname "$0")/.."
auger=${AUGER:-build/cli/auger}
export AUGER_DATA=data
tables=()
for name in gemm gemm_amd attention_prefill attention_decode moe moe_amd collective norm; do
    tables+=("validation/truth/$name.csv")
done

# fit FOLDER NAME: rewrites data/FOLDER/NAME.yaml; says what it did.
fit() {
    local file=data/$1/$2.yaml
    "$auger" calibrate "$file" "${tables[@]}" --json "/tmp/auger-fit.$$" --out "$file.new" >/dev/null && code=0 || code=$?
    if [ "$code" -eq 0 ]; then
        mv "$file.new" "$file"
    else
        rm -f "$file.new"
        [ "$code" -eq 1 ] || return "$code"
    fi
    python3 - "$1/$2" "/tmp/auger-fit.$$" <<'PYTHON'
import json, sys
for f in json.load(open(sys.argv[2]))["fits"]:
    formats = "" if f["formats"] == "all" else "/" + f["formats"]
    print(f"{sys.argv[1]} {f['kernel']}{formats} {f['rows']} rows: {f['fitted']['mdape']} ({f['held_back']['mdape']} held back)")
PYTHON
    rm -f "/tmp/auger-fit.$$"
}

names() {
    for file in data/"$1"/*.yaml; do
        name=$(basename "$file" .yaml)
        [ "$name" = names ] || echo "$name"
    done
}

# What rows of one machine cannot tell is held by hand there: see the files.
held="ada cdna3"
machines=$(grep -l '^family:' data/machines/*.yaml | xargs -n1 basename | sed 's/\.yaml$//')
# From the general to the special: the family of all first.
fit families gpu
for family in $(names families); do
    case " gpu $held " in *" $family "*) ;; *) fit families "$family" ;; esac
done
for round in $(seq "${1:-2}"); do
    echo "round $round"
    for library in $(names libraries); do fit libraries "$library"; done
    for machine in $machines; do fit machines "$machine"; done
done
for family in gpu $(names families | grep -vx gpu); do
    case " $held " in *" $family "*) ;; *) fit families "$family" ;; esac
done
