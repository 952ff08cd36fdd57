# Shared by the programs in this folder, which source it. Works with bash 3.2, the one that macOS has.

JAVA_NEEDED=25

# A service may have none.
: "${HOME:=$(cd ~ && pwd)}"
export HOME

# A method is compiled after a dozen calls, not after hundreds: a gateway for one developer sees a few turns an hour,
# and interpreted it adds 3 ms to each instead of 1.9. Larger methods are not copied into their callers: with the
# JVM's 325 bytes the optimizing compiler took 26 MB to compile the loop that reads the CLI's lines, with 90 it takes
# 5 MB, and what was measured is not slower.
COMPILER_FLAGS=(
  -XX:Tier0InvokeNotifyFreqLog=4
  -XX:Tier3InvocationThreshold=16
  -XX:Tier3MinInvocationThreshold=8
  -XX:Tier3CompileThreshold=100
  -XX:FreqInlineSize=90
)

# The heap begins small beside the CLI's processes and grows when it must; one collector thread and short thread
# stacks keep it so. What a turn needs lives for a fraction of a second, until it is stored: the young part has room
# for that, or all of it would grow old first (12,000 turns of 100 sessions left 525 MB resident instead of 225), and a
# collection, which stops 200 streams for 10 ms, is due only each second and a half. What a full collection frees goes
# back to the system at once.
JVM_FLAGS=(
  -XX:+UseSerialGC
  -Xms44m
  -Xmn20m
  -XX:SurvivorRatio=3
  -XX:MaxHeapFreeRatio=40
  -XX:MinHeapFreeRatio=10
  -XX:-ShrinkHeapInSteps
  -XX:+UseCompactObjectHeaders
  -XX:-UsePerfData
  "${COMPILER_FLAGS[@]}"
  -Xss512k
)

# Two things that only Linux, or glibc, has. The compilers stand back behind what somebody waits for: with two cores
# at one priority they took a tenth of the start, and their bursts were seen in the first tokens. (The JVM warns any
# user but root that this may not be allowed, which lowering a priority always is.) And what the compilers have used
# goes back to the system (10 of 150 MB measured); glibc keeps it otherwise.
case ${OSTYPE:-} in
  linux-gnu*)
    JVM_FLAGS+=(
      -XX:ThreadPriorityPolicy=1
      -XX:CompilerThreadPriority=5
      -XX:-PrintWarnings
      -XX:TrimNativeHeapInterval=5000
    )
    ;;
esac

say() {
  printf 'claude-code-gateway: %s\n' "$*" >&2
}

# fail CODE MESSAGE: the exit codes are those of sysexits.h.
fail() {
  say "$2"
  exit "$1"
}

# java_version HOME: the major version, as the installation's own "release" file says; nothing when it has none.
# Read rather than asked, because starting ten JVMs would take longer than starting the gateway.
java_version() {
  local line
  [ -r "$1/release" ] || return 0
  while IFS= read -r line; do
    case $line in
      JAVA_VERSION=*)
        line=${line#JAVA_VERSION=\"}
        line=${line#1.}
        printf '%s' "${line%%[!0-9]*}"
        return 0
        ;;
    esac
  done <"$1/release"
}

# is_jdk HOME: a JDK that can run and build this program.
is_jdk() {
  local version
  [ -x "$1/bin/java" ] && [ -x "$1/bin/javac" ] || return 1
  version=$(java_version "$1")
  [ -n "$version" ] && [ "$version" -ge "$JAVA_NEEDED" ]
}

# find_jdk [TOP]: sets JAVA_HOME to a JDK that will do, or returns 1. TOP stands before the system's own folders.
find_jdk() {
  local top=${1:-} candidate
  if [ -n "${JAVA_HOME:-}" ] && is_jdk "$JAVA_HOME"; then
    export JAVA_HOME
    return 0
  fi
  if [ -x "$top/usr/libexec/java_home" ]; then
    candidate=$("$top/usr/libexec/java_home" -v "$JAVA_NEEDED+" 2>/dev/null) || candidate=
    if [ -n "$candidate" ] && is_jdk "$candidate"; then
      export JAVA_HOME=$candidate
      return 0
    fi
  fi
  for candidate in \
    "$(java_on_path)" \
    "$top"/usr/lib/jvm/* \
    "$top"/usr/java/* \
    "$top"/opt/java/* \
    "$top"/opt/jdk* \
    "$top"/Library/Java/JavaVirtualMachines/*/Contents/Home \
    "$HOME"/Library/Java/JavaVirtualMachines/*/Contents/Home \
    "$top"/opt/homebrew/opt/openjdk*/libexec/openjdk.jdk/Contents/Home \
    "$top"/usr/local/opt/openjdk*/libexec/openjdk.jdk/Contents/Home \
    "$top"/home/linuxbrew/.linuxbrew/opt/openjdk*/libexec \
    "$HOME"/.sdkman/candidates/java/* \
    "$HOME"/.jdks/* \
    "$HOME"/.local/share/mise/installs/java/* \
    "$HOME"/.asdf/installs/java/*; do
    if is_jdk "$candidate"; then
      export JAVA_HOME=$candidate
      return 0
    fi
  done
  return 1
}

# The installation that "java" on PATH belongs to.
java_on_path() {
  local java
  java=$(command -v java) || return 0
  java=$(readlink -f "$java" 2>/dev/null) || return 0
  printf '%s' "${java%/bin/java}"
}

require_jdk() {
  find_jdk && return 0
  fail 69 "no JDK $JAVA_NEEDED or newer was found; install one, for example with \"brew install openjdk\",\
 \"sdk install java $JAVA_NEEDED-tem\" or your system's package openjdk-$JAVA_NEEDED-jdk, or set JAVA_HOME"
}

require_maven() {
  command -v mvn >/dev/null && return 0
  fail 69 "Maven is needed to build; install it, for example with \"brew install maven\" or \"apt-get install maven\""
}

# aot_cache ROOT: the file by which the JVM starts faster; bin/aot-cache makes it.
aot_cache() {
  printf '%s' "$1/target/claude-code-gateway.aot"
}

# build_if_needed ROOT: makes the jar and its libraries when a source, or a folder of sources, is newer; an unpacked
# distribution has no sources. Sets JAR.
build_if_needed() {
  local root=$1 jar=$1/target/claude-code-gateway.jar log=$1/target/build.log started=$SECONDS
  if [ ! -e "$root/pom.xml" ]; then
    JAR=$root/claude-code-gateway.jar
    [ -f "$JAR" ] || fail 69 "$JAR is missing; unpack the distribution again"
    return 0
  fi
  JAR=$jar
  if [ -f "$jar" ] && [ -z "$(find "$root/pom.xml" "$root/src/main" -newer "$jar" -print | head -n 1)" ]; then
    return 0
  fi
  require_maven
  mkdir -p "$root/target"
  printf 'claude-code-gateway: building:' >&2
  # Not in the background: Ctrl-C must reach Maven too.
  mvn -B -f "$root/pom.xml" -Dmaven.test.skip=true -Ddistribution.skip=true package 2>&1 | build_progress "$log"
  if [ "${PIPESTATUS[0]}" -ne 0 ]; then
    printf ' failed\n' >&2
    grep '^\[ERROR\]' "$log" | head -n 20 >&2
    fail 70 "the build failed; all of its output is in $log"
  fi
  # Maven leaves a jar alone whose content would be the same, and then it would be built at every start.
  touch "$jar"
  printf ' aot' >&2
  "$root/bin/aot-cache" >>"$log" 2>&1 || printf ' (failed, see target/aot.log; it starts without)' >&2
  printf ' done, %s s\n' "$((SECONDS - started))" >&2
}

# Maven's output goes to a file; what it does is named as it begins it, a dot stands for ten downloads.
build_progress() {
  local line downloads=0
  while IFS= read -r line; do
    printf '%s\n' "$line" >&3
    case $line in
      '[INFO] --- '*)
        line=${line#'[INFO] --- '}
        line=${line#maven-} # Maven 3.8 says maven-jar-plugin:3.5.1, Maven 3.9 jar:3.5.1
        printf ' %s' "${line%%[-:]*}" >&2
        ;;
      *'Downloaded from '*)
        downloads=$((downloads + 1))
        [ $((downloads % 10)) -ne 0 ] || printf '.' >&2
        ;;
    esac
  done 3>"$1"
}

# cli_package: the npm package that has the CLI for this machine.
cli_package() {
  local system cpu libc=
  case $(uname -s) in
    Darwin) system=darwin ;;
    *) system=linux ;;
  esac
  case $(uname -m) in
    arm64 | aarch64) cpu=arm64 ;;
    *) cpu=x64 ;;
  esac
  if ls /lib/ld-musl-*.so.1 >/dev/null 2>&1 && ! ls /lib64/ld-linux-* /lib/ld-linux-* >/dev/null 2>&1; then
    libc=-musl
  fi
  printf '@anthropic-ai/claude-code-%s-%s%s' "$system" "$cpu" "$libc"
}

# install_cli VERSION FOLDER: FOLDER/VERSION/node_modules/<package>/claude, unless it is there already.
install_cli() {
  local package log=$2/$1.log
  package=$(cli_package)
  [ ! -x "$2/$1/node_modules/$package/claude" ] || return 0
  command -v npm >/dev/null || fail 69 "npm is needed to install $package@$1; install Node.js"
  say "installing $package@$1 in $2 (about 250 MB)"
  rm -rf "$2/$1" "$2/$1.unfinished"
  mkdir -p "$2/$1.unfinished" || fail 73 "the folder $2 cannot be written"
  npm install --prefix "$2/$1.unfinished" --no-save --no-package-lock --ignore-scripts --no-audit --no-fund \
    --loglevel=error "$package@$1" >"$log" 2>&1 ||
    fail 69 "npm could not install $package@$1: $(head -n 1 "$log")"
  mv "$2/$1.unfinished" "$2/$1"
}

# tested_cli: the CLI for measuring and checking: the one that is named, what bin/test has installed, the machine's
# own, or the newest that is tested, which is installed now.
tested_cli() {
  local version=2.1.330 cache=${CLAUDE_TEST_CLI_DIR:-${XDG_CACHE_HOME:-$HOME/.cache}/claude-code-gateway/cli} cached
  cached=$cache/$version/node_modules/$(cli_package)/claude
  if [ -n "${CLAUDE_BINARY_PATH:-}" ]; then
    printf '%s' "$CLAUDE_BINARY_PATH"
  elif [ ! -x "$cached" ] && command -v claude >/dev/null; then
    command -v claude
  else
    install_cli "$version" "$cache" && printf '%s' "$cached"
  fi
}
