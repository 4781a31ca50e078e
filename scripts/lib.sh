# Sourced by run, test and the scripts: building the program and the console, each only when something changed.

glasshouse_cache=${GLASSHOUSE_CACHE:-$HOME/.cache/glasshouse}

# Puts the Node that scripts/bootstrap fetched in front, where the machine's own is too old.
use_cached_node() {
  if [ -d "$glasshouse_cache/node/node_modules/node/bin" ]; then
    export PATH="$glasshouse_cache/node/node_modules/.bin:$glasshouse_cache/node/node_modules/node/bin:$PATH"
  fi
}

# build_program PRESET [targets…]: configures when needed, then builds with ninja's progress on one line.
build_program() {
  local preset=$1
  shift
  local log=build/$preset-configure.log
  mkdir -p build
  if ! [ -f "build/$preset/build.ninja" ]; then
    printf '\033[1m==>\033[0m configuring %s\n' "$preset" >&2
    cmake --preset "$preset" > "$log" 2>&1 || { tail -n 30 "$log" >&2; echo "configuring failed; the whole log is $log" >&2; return 1; }
  fi
  if ninja -C "build/$preset" -n "$@" 2> /dev/null | grep -q 'no work to do'; then return 0; fi
  printf '\033[1m==>\033[0m building %s (the first time this takes some minutes)\n' "$preset" >&2
  NINJA_STATUS='    [%f/%t %es] ' ninja -C "build/$preset" "$@" >&2
}

# The files that the console is made from, as one hash.
console_hash() {
  { find web/src web/public web/scripts web/index.html web/package.json web/package-lock.json web/vite.config.ts web/tsconfig.json \
      api/openapi.yaml -type f ! -name schema.d.ts 2> /dev/null | LC_ALL=C sort | xargs sha256sum; } | sha256sum | cut -c1-16
}

build_console() {
  local hash
  hash=$(console_hash)
  [ -f "web/dist/.built-$hash" ] && return 0
  printf '\033[1m==>\033[0m building the console\n' >&2
  (cd web && npm run --silent build) > build/console.log 2>&1 || { tail -n 30 build/console.log >&2; echo "the console's build failed; the whole log is build/console.log" >&2; return 1; }
  rm -f web/dist/.built-*
  touch "web/dist/.built-$hash"
}
