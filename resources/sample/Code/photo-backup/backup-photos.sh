#!/bin/sh
# Copies new photographs from a memory card to the external disk, one folder per day.
# Nothing is ever deleted from the card, and a picture that is already on the disk is left alone.
set -eu

card="${1:?usage: backup-photos.sh CARD DISK}"
disk="${2:?usage: backup-photos.sh CARD DISK}"

free_kilobytes() {
  df -Pk "$1" | awk 'NR == 2 { print $4 }'
}

copy_one() {
  picture="$1"
  day=$(date -r "$picture" +%Y-%m-%d)
  target="$disk/$day/$(basename "$picture")"
  [ -e "$target" ] && return 0
  mkdir -p "$disk/$day"
  # Write under another name first: a pulled cable must not leave half a picture that looks whole.
  cp -p "$picture" "$target.part"
  mv "$target.part" "$target"
  echo "saved $target"
}

if [ "$(free_kilobytes "$disk")" -lt 1048576 ]; then
  echo "less than one gigabyte is free on $disk" >&2
  exit 1
fi

find "$card" -type f \( -iname '*.jpg' -o -iname '*.heic' -o -iname '*.mov' \) | while IFS= read -r picture; do
  copy_one "$picture"
done
