#!/usr/bin/env bash
# Makes a fresh system a node: disk, packages, services. May run again at any time, on a new system disk too: the data disk stays as it is.
# shellcheck source=common.sh
. "${MICROBLOG_BROKER_LIBRARY:-/usr/local/lib/microblog-broker}/common.sh"
export DEBIAN_FRONTEND=noninteractive

data=/var/lib/rabbitmq
keyring=/usr/share/keyrings/com.rabbitmq.team.gpg
# https://www.rabbitmq.com/docs/signatures
fingerprint=0A9AF2115F4687BD29803A206B73A36E6026DFCA

find_disk() {
  local path
  for path in /dev/disk/azure/scsi1/lun0 /dev/disk/azure/data/by-lun/0; do
    if [ -b "$path" ]; then
      readlink --canonicalize "$path"
      return 0
    fi
  done
  return 1
}

mount_disk() {
  local disk kind uuid formatted=
  disk="$(retry 5 find_disk)"
  # Nothing but an empty disk is formatted; 2 is blkid's word for empty.
  kind="$(blkid --probe --output value --match-tag TYPE "$disk")" || [ $? -eq 2 ]
  case "$kind" in
    '')
      mkfs.ext4 -q -L rabbitmq "$disk"
      formatted=1
      ;;
    ext4) say "keeping the file system of $disk" ;;
    *) say "$disk holds $kind, which is not ours; it is left alone"; return 1 ;;
  esac
  uuid="$(blkid --probe --output value --match-tag UUID "$disk")"
  mkdir -p "$data"
  sed -i "\\# $data #d" /etc/fstab
  printf 'UUID=%s %s ext4 defaults,noatime,nofail,x-systemd.device-timeout=2min 0 2\n' "$uuid" "$data" >>/etc/fstab
  systemctl daemon-reload
  mountpoint --quiet "$data" || mount "$data"
  [ -z "$formatted" ] || touch "$new_disk"
  # The disk may have grown since it was formatted.
  resize2fs "$disk"
}

# The key is known by its fingerprint, so it does not matter who hands it out.
fetch_key() {
  local url home file found
  home="$(mktemp --directory)"
  file="$home/key.asc"
  for url in "https://keys.openpgp.org/vks/v1/by-fingerprint/$fingerprint" \
    'https://github.com/rabbitmq/signing-keys/releases/download/3.0/rabbitmq-release-signing-key.asc'; do
    curl --silent --show-error --fail --location --proto '=https' --proto-redir '=https' --connect-timeout 10 --max-time 60 --output "$file" "$url" || continue
    found="$(gpg --homedir "$home" --batch --with-colons --show-keys "$file" | awk -F: '$1 == "fpr" { print $10; exit }')"
    if [ "$found" = "$fingerprint" ]; then
      gpg --homedir "$home" --batch --yes --dearmor --output "$keyring" "$file" && chmod 644 "$keyring"
      rm -rf "$home"
      return 0
    fi
    say "$url has another key: ${found:-none}"
  done
  rm -rf "$home"
  return 1
}

add_repositories() {
  local codename what
  codename="$(sed --quiet 's/^VERSION_CODENAME=//p' /etc/os-release)"
  for what in rabbitmq-erlang rabbitmq-server; do
    printf 'deb [arch=amd64 signed-by=%s] https://deb1.rabbitmq.com/%s/ubuntu/%s %s main\n' "$keyring" "$what" "$codename" "$codename"
    printf 'deb [arch=amd64 signed-by=%s] https://deb2.rabbitmq.com/%s/ubuntu/%s %s main\n' "$keyring" "$what" "$codename" "$codename"
  done >/etc/apt/sources.list.d/rabbitmq.list
}

apt() { apt-get --quiet --option Acquire::Retries=5 --option DPkg::Lock::Timeout=600 --option Dpkg::Options::=--force-confold "$@"; }

mount_disk
apt update
apt install --yes --no-install-recommends curl gnupg jq openssl ca-certificates
retry 15 fetch_key
add_repositories
retry 15 apt update
# The package starts the server as soon as it is there, which is before its certificates are.
systemctl mask rabbitmq-server.service
apt install --yes --no-install-recommends --allow-downgrades \
  erlang-base erlang-asn1 erlang-crypto erlang-eldap erlang-ftp erlang-inets erlang-mnesia erlang-os-mon erlang-parsetools erlang-public-key \
  erlang-runtime-tools erlang-snmp erlang-ssl erlang-syntax-tools erlang-tftp erlang-tools erlang-xmerl "rabbitmq-server=$rabbitmq_version"
systemctl unmask rabbitmq-server.service
# On a new system disk the user may have another number than the one that wrote these files.
chown --recursive rabbitmq:rabbitmq "$data"
systemctl daemon-reload
systemctl enable rabbitmq-server.service microblog-broker-configure.service microblog-broker-drain.service microblog-broker-events.service \
  microblog-broker-refresh.timer microblog-broker-export.timer microblog-broker-stats.timer
# Not to be waited for: the first of new nodes starts when the second is there.
systemctl restart --no-block rabbitmq-server.service
systemctl start --no-block microblog-broker-drain.service microblog-broker-events.service \
  microblog-broker-refresh.timer microblog-broker-export.timer microblog-broker-stats.timer
