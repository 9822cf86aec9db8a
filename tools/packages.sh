# Sourced by ./bootstrap and ./check: which Debian packages are missing, and installing them where that is allowed.

# Prints the packages of the arguments, each "package:test command", whose test fails.
missing_packages() {
    local entry
    for entry in "$@"; do
        bash -c "${entry#*:}" >/dev/null 2>&1 || printf '%s ' "${entry%%:*}"
    done
}

# Installs packages; prints what is missing and fails where it may not, or cannot.
install_packages() {
    local missing="$*" as_root=""
    [ -n "$missing" ] || return 0
    if ! command -v apt-get >/dev/null; then
        echo "missing: $missing- install them with this system's package manager" >&2
        return 1
    fi
    if [ "$(id -u)" -ne 0 ]; then
        if command -v sudo >/dev/null && sudo -n true 2>/dev/null; then
            as_root="sudo"
        else
            echo "missing: $missing- run as root: apt-get install $missing" >&2
            return 1
        fi
    fi
    echo "installing $missing"
    # The lists of a fresh machine are empty or old; where there is no network, what is cached may do.
    DEBIAN_FRONTEND=noninteractive $as_root apt-get update -qq >/dev/null 2>&1 || true
    if ! DEBIAN_FRONTEND=noninteractive $as_root apt-get install -y -qq --no-install-recommends $missing >/dev/null; then
        echo "missing: $missing- apt-get could not install them" >&2
        return 1
    fi
}

build_packages=(
    "gcc:command -v gcc"
    "libc6-dev:test -e /usr/include/stdio.h"
    "meson:command -v meson"
    "ninja-build:command -v ninja"
    "pkg-config:command -v pkg-config"
    "libyaml-dev:pkg-config --atleast-version=0.2.5 yaml-0.1"
    "libcsv-dev:test -e /usr/include/csv.h"
)

test_packages=(
    "python3:command -v python3"
    "libcmocka-dev:pkg-config --atleast-version=1.1.5 cmocka"
)

# Tests that need these are skipped where they are missing.
clang_packages=(
    "clang:command -v clang"
    "llvm:command -v llvm-symbolizer"
    "libclang-rt-14-dev:echo 'int main(void){return 0;}' | clang -x c -fsanitize=address,undefined -o /dev/null -"
)

browser_packages=(
    "chromium:command -v chromium || command -v chromium-browser || command -v google-chrome"
    "fonts-dejavu-core:test -e /usr/share/fonts/truetype/dejavu/DejaVuSans.ttf"
)
