#!/bin/sh
# Pins the images in docker-compose.yml and the Dockerfile: each version gets the digest that the registry has for it now
# (name:1.2.3@sha256:…). May be run again after a version was raised. Needs docker with buildx, and the network; when a
# digest cannot be had, nothing is changed.
set -eu

cd "$(dirname "$0")/.."
files='docker-compose.yml Dockerfile'
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# Images with a version; what is built here has none.
# shellcheck disable=SC2086
images=$(sed -nE \
  -e 's/^ *image: ([^ @:]+:v?[0-9][^ @]*)(@.*)?$/\1/p' \
  -e 's/^FROM ([^ @:]+:v?[0-9][^ @]*)(@[^ ]*)?( AS .*)?$/\1/p' \
  $files | sort -u)

for image in $images; do
  digest=$(docker buildx imagetools inspect --format '{{.Manifest.Digest}}' "$image")
  if ! echo "$digest" | grep -Eqx 'sha256:[0-9a-f]{64}'; then
    echo "No digest of $image: $digest" >&2
    exit 1
  fi
  echo "$image@$digest"
  printf '%s\n' "s|( )$image(@sha256:[0-9a-f]+)?( \|\$)|\\1$image@$digest\\3|" >>"$work/pin.sed"
done

for file in $files; do
  sed -E -f "$work/pin.sed" "$file" >"$work/pinned"
  cat "$work/pinned" >"$file"
done
