#!/usr/bin/env bash
# Debian packages that tests need: a browser, and PostgreSQL, of which each test starts a cluster of its own. Needs root;
# without it those tests are skipped and say so.
set -euo pipefail
packages="chromium-headless-shell fonts-noto-cjk postgresql" # pages without the browser around them: less to draw
missing=""
for package in $packages; do
  dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || missing="$missing $package"
done
[ -n "$missing" ] || exit 0
if [ "$(id -u)" != 0 ]; then
  printf '测试需要 Debian 软件包%s，安装它们要 root：sudo apt-get install%s\n' "$missing" "$missing" >&2
  exit 0
fi
printf '正在安装 Debian 软件包%s……\n' "$missing" >&2
apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing >/dev/null
