# Shared by the scripts beside it: one heading and one time for every step, and
# one way to stop. Not a program; each script sources it. Next: scripts/verify.
# shellcheck shell=bash

step_name=""
step_began=0
step_times=""

# step NAME: closes the step before and opens the next one.
step() {
  step_end
  step_name="$1"
  step_began=$SECONDS
  printf '\n==> %s\n' "$step_name"
}

# step_end: notes how long the open step took.
step_end() {
  if [ -n "$step_name" ]; then
    step_times+=$(printf '%5d s  %s' $((SECONDS - step_began)) "$step_name")$'\n'
    step_name=""
  fi
}

# report_at_exit WHAT [CLEANUP]: on leaving, runs the clean-up and prints the
# time of every step and the outcome.
report_at_exit() {
  report_what="$1"
  report_cleanup="${2:-:}"
  trap report EXIT
}

report() {
  local status=$? open="$step_name"
  "$report_cleanup"
  step_end
  printf '\n%s' "$step_times"
  if [ "$status" -eq 0 ]; then
    printf '%s: all is well after %d s\n' "$report_what" "$SECONDS"
  else
    printf '%s: failed%s after %d s\n' "$report_what" "${open:+ in the step \"$open\"}" "$SECONDS" >&2
  fi
}

# stop TEXT…: says what is wrong and what to do, one line each, and ends the run.
stop() {
  printf '%s\n' "$@" >&2
  exit 1
}

# apt_install PACKAGE…: true when Debian's packages could be installed without asking anybody.
apt_install() {
  command -v apt-get >/dev/null || return 1
  local as_root=()
  if [ "$(id -u)" -ne 0 ]; then
    sudo -n true 2>/dev/null || return 1
    as_root=(sudo -n)
  fi
  printf 'installing %s with apt-get\n' "$*"
  "${as_root[@]}" apt-get update -q >/dev/null || return 1
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
    apt-get install -q -y --no-install-recommends "$@" >/dev/null
}

# Where cargo puts what it builds, as an absolute path.
target_directory() {
  local folder="${CARGO_TARGET_DIR:-target}"
  case "$folder" in
    /*) printf '%s\n' "$folder" ;;
    *) printf '%s/%s\n' "$PWD" "$folder" ;;
  esac
}
