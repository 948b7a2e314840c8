#!/bin/sh
# Waits for the Temporal server, then makes the namespace and its search attributes where they are missing. May be run
# again at any time.
#
# TEMPORAL_ADDRESS       where the server is
# TEMPORAL_NAMESPACE     the namespace
# RETENTION              how long the history of a finished enrollment can be looked at, such as 30d
# SEARCH_ATTRIBUTES      pairs of a name and a type, such as "AccountId=Keyword CurrentStep=Int"
set -eu

attempts=60

# Runs a command once a second until it succeeds, and shows what it said last when it never does.
until_it_works() {
  attempt=1
  until output=$("$@" 2>&1); do
    if [ "$attempt" -ge "$attempts" ]; then
      echo "$output" >&2
      echo "Gave up after $attempts attempts: $*" >&2
      exit 1
    fi
    attempt=$((attempt + 1))
    sleep 1
  done
}

make_namespace() {
  temporal operator namespace describe --namespace "$TEMPORAL_NAMESPACE" ||
    temporal operator namespace create --namespace "$TEMPORAL_NAMESPACE" --retention "$RETENTION"
}

set --
for pair in $SEARCH_ATTRIBUTES; do
  set -- "$@" --name "${pair%%=*}" --type "${pair#*=}"
done

echo "Waiting for Temporal at $TEMPORAL_ADDRESS"
until_it_works temporal operator cluster health
echo "Making the namespace $TEMPORAL_NAMESPACE"
until_it_works make_namespace
# The server learns of a new namespace some seconds later.
echo "Making the search attributes $SEARCH_ATTRIBUTES"
until_it_works temporal operator search-attribute create --namespace "$TEMPORAL_NAMESPACE" "$@"
